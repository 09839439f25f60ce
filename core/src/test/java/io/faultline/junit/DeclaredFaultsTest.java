package io.faultline.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.Direction;
import io.faultline.fault.Fault;
import io.faultline.fault.clock.WithClockDrift;
import io.faultline.fault.clock.WithClockSkew;
import io.faultline.fault.dns.DnsFailure;
import io.faultline.fault.dns.WithDnsFailure;
import io.faultline.fault.output.WithBlockedStdout;
import io.faultline.fault.output.WithFrozenLogReader;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.packet.WithPacketLoss;
import io.faultline.fault.packet.WithPartition;
import io.faultline.fault.packet.WithResetConnections;
import io.faultline.fault.process.WithDaemonStall;
import io.faultline.fault.process.WithFreeze;
import io.faultline.fault.process.WithKill;
import io.faultline.fault.process.WithPause;
import io.faultline.fault.process.WithRestart;
import io.faultline.fault.process.WithSignal;
import io.faultline.fault.process.WithTerminate;
import io.faultline.fault.shaping.LinkProfile;
import io.faultline.fault.shaping.WithBandwidth;
import io.faultline.fault.shaping.WithCorrupt;
import io.faultline.fault.shaping.WithDuplicate;
import io.faultline.fault.shaping.WithLatency;
import io.faultline.fault.shaping.WithLink;
import io.faultline.fault.shaping.WithReorder;
import io.faultline.fault.stream.StreamDirection;
import io.faultline.fault.stream.WithClosedStream;
import io.faultline.fault.stream.WithLimitedStream;
import io.faultline.fault.stream.WithResetStream;
import io.faultline.fault.stream.WithSlicedStream;
import io.faultline.fault.stream.WithSlowCloseStream;
import io.faultline.fault.stream.WithSlowStream;
import io.faultline.fault.stream.WithStalledStream;
import io.faultline.fault.stress.WithCpuStress;
import io.faultline.fault.stress.WithDiskFull;
import io.faultline.fault.stress.WithFileDescriptorExhaustion;
import io.faultline.fault.stress.WithMemoryPressure;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.containers.ContainerState;

class DeclaredFaultsTest {

    static Stream<Method> right() {
        return Stream.of(Right.class.getDeclaredMethods()).filter(method -> !method.isSynthetic());
    }

    static Stream<Method> wrong() {
        return Stream.of(Wrong.class.getDeclaredMethods()).filter(method -> !method.isSynthetic());
    }

    @ParameterizedTest
    @MethodSource("right")
    void makesWhatIsDeclared(Method method) {
        assertThat(made(method).stream().map(Fault::toString).toList())
                .containsExactly(method.getAnnotation(Is.class).value());
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void tellsWhatIsWrong(Method method) {
        assertThatThrownBy(() -> made(method))
                .hasMessageContainingAll(method.getAnnotation(Is.class).value());
    }

    @Test
    void everyAnnotationIsTriedBothWays() {
        assertThat(right().flatMap(DeclaredFaultsTest::kinds).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        wrong().flatMap(DeclaredFaultsTest::kinds).distinct().toList());
    }

    private static Stream<String> kinds(Method method) {
        return DeclaredFaults.on(List.of(method)).stream()
                .map(annotation -> annotation.annotationType().getSimpleName());
    }

    private static List<Fault> made(Method method) {
        return DeclaredFaults.made(
                DeclaredFaults.on(List.of(method)),
                new DeclarationContext(List.of(new Containers())),
                method.getName());
    }

    private static ContainerState started(String id) {
        return (ContainerState) Proxy.newProxyInstance(
                ContainerState.class.getClassLoader(),
                new Class<?>[] {ContainerState.class},
                (self, method, arguments) -> method.getName().equals("getContainerId") ? id : null);
    }

    /** A test's fields. */
    static class Containers {
        final ContainerState redis = started("0123456789ab");
        final ContainerState app = started("1123456789ab");
        final ContainerState third = started("2123456789ab");
    }

    /** What is to come of it. */
    @Retention(RetentionPolicy.RUNTIME)
    @interface Is {
        String[] value();
    }

    /** An annotation of one's own with defaults that say something. */
    @Retention(RetentionPolicy.RUNTIME)
    @DeclaresFault("latency")
    @interface SlowDatabase {
        String value();

        String delay() default "200ms";

        String ports() default "6379";
    }

    /** Each is made. */
    static class Right {

        @Is("Partition[\"redis\", tcp ports 6379-6380, incoming only, resetting, container leg only]")
        @WithPartition(
                value = "redis",
                ports = "6379-6380",
                protocol = "tcp",
                direction = Direction.INCOMING,
                refusal = Partition.Refusal.RESET,
                containerLegOnly = true)
        void narrowed() {}

        @Is("Partition[\"redis\" | \"app\" | \"third\"]")
        @WithPartition({"redis", "app", "third"})
        void threeSides() {}

        @Is("PacketLoss[\"redis\", 5 %]")
        @WithPacketLoss(value = "redis", percent = 5, seed = -5)
        void withoutASeed() {}

        @Is("Latency[\"redis\", 200 ms, port 6379]")
        @SlowDatabase("redis")
        void ofOnesOwn() {}

        @Is("Partition[\"redis\" | 10.0.0.0/8, outgoing only, rejecting]")
        @WithPartition(
                value = "redis",
                towards = "10.0.0.0/8",
                direction = Direction.OUTGOING,
                refusal = Partition.Refusal.REJECT)
        void towards() {}

        @Is({"PacketLoss[\"redis\", 5 %, port 6379, outgoing only]", "PacketLoss[\"app\", 1 of every 3]"})
        @WithPacketLoss(value = "redis", percent = 5, ports = "6379", direction = Direction.OUTGOING)
        @WithPacketLoss(value = "app", every = 3)
        void loss() {}

        @Is("PacketLoss[\"redis\", 5 %, seed 42, incoming only]")
        @WithPacketLoss(value = "redis", percent = 5, seed = 42, direction = Direction.INCOMING)
        void seeded() {}

        @Is("ResetConnections[\"redis\", port 6379, container leg only] after 2 s, pulsing 1 s on, 1 s off")
        @WithResetConnections(
                value = "redis",
                ports = "6379",
                containerLegOnly = true,
                schedule =
                        @FaultSchedule(
                                after = "2s",
                                pulse = {"1s", "1000 ms"}))
        void resets() {}

        @Is("DnsFailure[\"redis\", NXDOMAIN for db, *.internal]")
        @WithDnsFailure(
                value = "redis",
                answer = DnsFailure.Reply.NXDOMAIN,
                names = {"db", "*.internal"})
        void names() {}

        @Is("DnsFailure[\"redis\", the address 192.0.2.1, 192.0.2.2 for every name] lasting 1500 ms")
        @WithDnsFailure(
                value = "redis",
                wrongAddress = {"192.0.2.1", "192.0.2.2"},
                schedule = @FaultSchedule(lasting = "1.5s"))
        void addresses() {}

        @Is("SlowStream[\"redis\", delay by 200 ms ± 50 ms, throttle to 9 kB/s, both ways]")
        @WithSlowStream(
                value = "redis",
                latency = "200ms",
                jitter = "50ms",
                kilobytesPerSecond = 9,
                direction = StreamDirection.BOTH)
        void slow() {}

        @Is("StalledStream[\"redis\", upstream]")
        @WithStalledStream(value = "redis", direction = StreamDirection.UPSTREAM)
        void stalled() {}

        @Is("LimitedStream[\"redis\", 10 B]")
        @WithLimitedStream(value = "redis", bytes = 10)
        void limited() {}

        @Is("SlicedStream[\"redis\", 3 B, 1000 µs apart]")
        @WithSlicedStream(value = "redis", bytes = 3, pause = "1ms")
        void sliced() {}

        @Is("SlowCloseStream[\"redis\", 2000 ms]")
        @WithSlowCloseStream(value = "redis", delay = "2s")
        void slowClose() {}

        @Is("ResetStream[\"redis\", after 1000 ms]")
        @WithResetStream(value = "redis", afterFirstData = "1s")
        void resetStream() {}

        @Is("Latency[\"redis\", 200 ms ± 50 ms, 25 % correlated, port 6379, incoming only]")
        @WithLatency(
                value = "redis",
                delay = "200ms",
                jitter = "50ms",
                correlation = 25,
                direction = Direction.INCOMING,
                ports = "6379")
        void latency() {}

        @Is("Bandwidth[\"redis\" | 10.0.0.0/8, 64 kbit/s]")
        @WithBandwidth(value = "redis", kbit = 64, towards = "10.0.0.0/8")
        void bandwidth() {}

        @Is("Duplicate[\"redis\", 1 %]")
        @WithDuplicate(value = "redis", percent = 1)
        void duplicate() {}

        @Is("Reorder[\"redis\", 2 %]")
        @WithReorder(value = "redis", percent = 2)
        void reorder() {}

        @Is("Corrupt[\"redis\", 3 %, both ways]")
        @WithCorrupt(value = "redis", percent = 3, direction = Direction.BOTH)
        void corrupt() {}

        @Is("Link[\"redis\", GPRS]")
        @WithLink(value = "redis", profile = LinkProfile.GPRS)
        void line() {}

        @Is({"Freeze[\"redis\": redis-server]", "Freeze[\"app\"] lasting 1 s"})
        @WithFreeze(value = "redis", processes = "redis-server")
        @WithFreeze(value = "app", schedule = @FaultSchedule(lasting = "1s"))
        void frozen() {}

        @Is("Pause[\"redis\"] after 1 s")
        @WithPause(value = "redis", schedule = @FaultSchedule(after = "1s"))
        void paused() {}

        @Is({
            "Kill[\"redis\"]",
            "Terminate[\"app\"]",
            "Terminate[\"app\" by SIGINT within 2.0 s]",
            "Restart[\"redis\"]",
            "Restart[\"redis\" within 0.5 s]"
        })
        @WithKill("redis")
        @WithTerminate("app")
        @WithTerminate(value = "app", by = "SIGINT", grace = "2s")
        @WithRestart("redis")
        @WithRestart(value = "redis", grace = "500ms")
        void ended() {}

        @Is({"Signal[SIGHUP to \"redis\"]", "Signal[SIGKILL to \"app\": worker, helper]"})
        @WithSignal(value = "redis", signal = "hup")
        @WithSignal(
                value = "app",
                signal = "SIGKILL",
                processes = {"worker", "helper"})
        void signalled() {}

        @Is("DaemonStall[of \"redis\" for 2.5 s]")
        @WithDaemonStall(value = "redis", bound = "2500ms")
        void daemon() {}

        @Is({"FrozenLogReader[\"redis\"]", "FrozenLogReader[\"app\", not filled]"})
        @WithFrozenLogReader("redis")
        @WithFrozenLogReader(value = "app", filled = false)
        void frozenLog() {}

        @Is("CpuStress[\"redis\", 3 workers]")
        @WithCpuStress(value = "redis", workers = 3)
        void cpu() {}

        @Is({"MemoryPressure[\"redis\", 95.0 %]", "MemoryPressure[\"app\", until OOM kill]"})
        @WithMemoryPressure(value = "redis", share = 0.95)
        @WithMemoryPressure(value = "app", untilOomKill = true)
        void memory() {}

        @Is("DiskFull[\"redis\", /data, leaving 10 B, at most 1000 B]")
        @WithDiskFull(value = "redis", path = "/data", leaving = 10, atMost = 1000)
        void disk() {}

        @Is("FileDescriptorExhaustion[\"redis\", leaving 2]")
        @WithFileDescriptorExhaustion(value = "redis", leaving = 2)
        void descriptors() {}

        @Is({"ClockSkew[\"redis\", -1500 ms]", "ClockSkew[\"app\", +3600000 ms]"})
        @WithClockSkew(value = "redis", behind = "1.5s")
        @WithClockSkew(value = "app", ahead = "60m")
        void skewed() {}

        @Is({"ClockDrift[\"redis\", -1.0000 %]", "ClockDrift[\"app\", +50.0000 %] after 1 s"})
        @WithClockDrift(value = "redis", slowBy = 0.01)
        @WithClockDrift(value = "app", fastBy = 0.5, schedule = @FaultSchedule(after = "1s"))
        void drifting() {}

        @Is("BlockedStdout[\"redis\", stdout and stderr, not filled]")
        @WithBlockedStdout(value = "redis", andStderr = true, filled = false)
        void stdout() {}

        @Is("ClosedStream[\"redis\"]")
        @WithClosedStream("redis")
        void closed() {}
    }

    /** None is made. */
    static class Wrong {

        @Is({"@WithPartition: There are no ports 9-3", "@WithPartition: Invalid ports \"x-y\""})
        @WithPartition(value = "redis", ports = "9-3")
        @WithPartition(value = "redis", ports = "x-y")
        void ports() {}

        @Is({
            "@WithPartition: \"target\" is [], but must be at least one name",
            "\"here\" is neither an IP address nor a network"
        })
        @WithPartition({})
        @WithPartition(value = "redis", towards = "here")
        void partitioned() {}

        @Is({"@WithPacketLoss: Name either percent or every", "no seed", "cannot be had"})
        @WithPacketLoss(value = "redis", percent = 1, every = 1)
        @WithPacketLoss(value = "redis", percent = 1.5, seed = 1)
        @WithPacketLoss(value = "redis", percent = 101)
        void loss() {}

        @Is({"pulse takes two times", "no container in a field \"nobody\""})
        @WithResetConnections(value = "redis", schedule = @FaultSchedule(pulse = "1s"))
        @WithResetConnections("nobody")
        void resets() {}

        @Is({"\"a b\" is not a name", "\"x\" is not an address"})
        @WithDnsFailure(value = "redis", names = "a b")
        @WithDnsFailure(value = "redis", wrongAddress = "x")
        void names() {}

        @Is({"@WithSlowStream: Name a latency", "\"latency\" is 1h, but must be a time"})
        @WithSlowStream("redis")
        @WithSlowStream(value = "redis", latency = "1h")
        void slow() {}

        @Is("\"lasting\" is 0, but must be a time")
        @WithStalledStream(value = "redis", schedule = @FaultSchedule(lasting = "0"))
        void stalled() {}

        @Is("must be above 0")
        @WithLimitedStream(value = "redis", bytes = 0)
        void limited() {}

        @Is("must be above 0")
        @WithSlicedStream(value = "redis", bytes = 0)
        void sliced() {}

        @Is("whole milliseconds")
        @WithSlowCloseStream(value = "redis", delay = "0.5ms")
        void slowClose() {}

        @Is("lasting(0 s)")
        @WithResetStream(value = "redis", schedule = @FaultSchedule(lasting = "0s"))
        void resetStream() {}

        @Is({"\"delay\" is x, but must be a time", "@WithLatency"})
        @WithLatency(value = "redis", delay = "x")
        void latency() {}

        @Is("@WithBandwidth")
        @WithBandwidth(value = "redis", kbit = 0)
        void bandwidth() {}

        @Is("@WithDuplicate")
        @WithDuplicate(value = "redis", percent = 0)
        void duplicate() {}

        @Is("@WithReorder")
        @WithReorder(value = "redis", percent = 101)
        void reorder() {}

        @Is("@WithCorrupt")
        @WithCorrupt(value = "redis", percent = -3)
        void corrupt() {}

        @Is("@WithLink: there is no container")
        @WithLink(value = "nobody", profile = LinkProfile.GPRS)
        void line() {}

        @Is({"@WithClockSkew: Name either ahead or behind", "@WithClockSkew: \"ahead\" is soon, but must be a time"})
        @WithClockSkew(value = "redis", ahead = "1s", behind = "1s")
        @WithClockSkew(value = "redis", ahead = "soon")
        void skewedEitherWay() {}

        @Is({"@WithClockDrift: Name either slowBy or fastBy", "@WithClockDrift: ClockDrift[\"redis\"].slowBy(2.0)"})
        @WithClockDrift("redis")
        @WithClockDrift(value = "redis", slowBy = 2)
        void driftingNowhere() {}

        @Is("@WithFreeze: there is no container")
        @WithFreeze("nobody")
        void frozen() {}

        @Is("@WithSignal: SIGSTOP stops a process until somebody sends SIGCONT")
        @WithSignal(value = "redis", signal = "STOP")
        void stopped() {}

        @Is({
            "@WithPause: there is no container",
            "@SlowDatabase: there is no container",
            "@WithKill: there is no container",
            "@WithFrozenLogReader: there is no container",
            "@WithRestart: \"grace\" is -1s, but must be a time"
        })
        @WithPause("nobody")
        @SlowDatabase("nobody")
        @WithKill("nobody")
        @WithFrozenLogReader("nobody")
        @WithRestart(value = "redis", grace = "-1s")
        void nobodies() {}

        @Is({"@WithTerminate: No signal is called \"BYE\"", "@WithTerminate: \"grace\" is soon"})
        @WithTerminate(value = "redis", by = "BYE")
        @WithTerminate(value = "redis", grace = "soon")
        void byes() {}

        @Is("@WithDaemonStall: A daemon can stall for 1 ms to 10 s, but not for 60.0 s")
        @WithDaemonStall(value = "redis", bound = "1m")
        void daemon() {}

        @Is("CpuStress[\"redis\"].workers(65) is not from 1 to 64")
        @WithCpuStress(value = "redis", workers = 65)
        void cpu() {}

        @Is({"share(1.0) is not between 0 and 1", "untilOomKill()"})
        @WithMemoryPressure(value = "redis", share = 1)
        void memory() {}

        @Is("begins with a slash, as /data does")
        @WithDiskFull(value = "redis", path = "data")
        void disk() {}

        @Is("leaving(-1) is negative")
        @WithFileDescriptorExhaustion(value = "redis", leaving = -1)
        void descriptors() {}

        @Is("lasting(0 s)")
        @WithBlockedStdout(value = "redis", schedule = @FaultSchedule(lasting = "0s"))
        void stdout() {}

        @Is("too fast to be true")
        @WithClosedStream(value = "redis", schedule = @FaultSchedule(pulse = {"1ms", "1s"}))
        void closed() {}
    }
}
