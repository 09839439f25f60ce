package io.faultline.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.Fault;
import io.faultline.fault.LinkProfile;
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

    private static ContainerState started() {
        return (ContainerState) Proxy.newProxyInstance(
                ContainerState.class.getClassLoader(),
                new Class<?>[] {ContainerState.class},
                (self, method, arguments) -> method.getName().equals("getContainerId") ? "0123456789ab" : null);
    }

    /** A test's fields. */
    static class Containers {
        final ContainerState redis = started();
        final ContainerState app = started();
    }

    /** What is to come of it. */
    @Retention(RetentionPolicy.RUNTIME)
    @interface Is {
        String[] value();
    }

    /** Each is made. */
    static class Right {

        @Is("Partition[\"redis\", tcp ports 6379-6380, incoming only, resetting, container leg only]")
        @Partitioned(
                value = "redis",
                ports = "6379-6380",
                protocol = "tcp",
                way = Direction.INCOMING,
                refusal = Partitioned.Refusal.RESET,
                containerLegOnly = true)
        void narrowed() {}

        @Is("Partition[\"redis\" | 10.0.0.0/8, outgoing only, rejecting]")
        @Partitioned(
                value = "redis",
                towards = "10.0.0.0/8",
                way = Direction.OUTGOING,
                refusal = Partitioned.Refusal.REJECT)
        void towards() {}

        @Is({"PacketLoss[\"redis\", 5 %, port 6379, outgoing only]", "PacketLoss[\"app\", 1 of every 3]"})
        @PacketLoss(value = "redis", percent = 5, port = 6379, way = Direction.OUTGOING)
        @PacketLoss(value = "app", every = 3)
        void loss() {}

        @Is("PacketLoss[\"redis\", 5 %, seed 42, incoming only]")
        @PacketLoss(value = "redis", percent = 5, seed = 42, way = Direction.INCOMING)
        void seeded() {}

        @Is("ResetConnections[\"redis\", port 6379, container leg only] after 2 s, pulsing 1 s on, 1 s off")
        @ConnectionsReset(
                value = "redis",
                port = 6379,
                containerLegOnly = true,
                after = "2s",
                pulse = {"1s", "1000 ms"})
        void resets() {}

        @Is("DnsFailure[\"redis\", NXDOMAIN for db, *.internal]")
        @DnsFailing(
                value = "redis",
                answer = DnsFailing.Answer.NXDOMAIN,
                names = {"db", "*.internal"})
        void names() {}

        @Is("DnsFailure[\"redis\", the address 192.0.2.1, 192.0.2.2 for every name] lasting 1500 ms")
        @DnsFailing(
                value = "redis",
                wrongAddress = {"192.0.2.1", "192.0.2.2"},
                lasting = "1.5s")
        void addresses() {}

        @Is("SlowStream[\"redis\", delay by 200 ms ± 50 ms, throttle to 9 kB/s, both ways]")
        @SlowStream(value = "redis", latency = "200ms", jitter = "50ms", kilobytesPerSecond = 9, way = StreamWay.BOTH)
        void slow() {}

        @Is("StalledStream[\"redis\", upstream]")
        @StalledStream(value = "redis", way = StreamWay.UPSTREAM)
        void stalled() {}

        @Is("LimitedStream[\"redis\", 10 B]")
        @LimitedStream(value = "redis", bytes = 10)
        void limited() {}

        @Is("SlicedStream[\"redis\", 3 B, 1000 µs apart]")
        @SlicedStream(value = "redis", bytes = 3, pause = "1ms")
        void sliced() {}

        @Is("SlowCloseStream[\"redis\", 2000 ms]")
        @SlowCloseStream(value = "redis", delay = "2s")
        void slowClose() {}

        @Is("ResetStream[\"redis\", after 1000 ms]")
        @ResetStream(value = "redis", afterFirstData = "1s")
        void resetStream() {}

        @Is("Latency[\"redis\", 200 ms ± 50 ms, 25 % correlated, port 6379, incoming only]")
        @Latency(
                value = "redis",
                delay = "200ms",
                jitter = "50ms",
                correlation = 25,
                way = Direction.INCOMING,
                port = 6379)
        void latency() {}

        @Is("Bandwidth[\"redis\" | 10.0.0.0/8, 64 kbit/s]")
        @Bandwidth(value = "redis", kbit = 64, towards = "10.0.0.0/8")
        void bandwidth() {}

        @Is("Duplicate[\"redis\", 1 %]")
        @Duplicate(value = "redis", percent = 1)
        void duplicate() {}

        @Is("Reorder[\"redis\", 2 %]")
        @Reorder(value = "redis", percent = 2)
        void reorder() {}

        @Is("Corrupt[\"redis\", 3 %, both ways]")
        @Corrupt(value = "redis", percent = 3, way = Direction.BOTH)
        void corrupt() {}

        @Is("Link[\"redis\", GPRS]")
        @LinkedBy(value = "redis", profile = LinkProfile.GPRS)
        void line() {}

        @Is({"Freeze[\"redis\": redis-server]", "Freeze[\"app\"] lasting 1 s"})
        @Frozen(value = "redis", processes = "redis-server")
        @Frozen(value = "app", lasting = "1s")
        void frozen() {}

        @Is("Pause[\"redis\"] after 1 s")
        @Paused(value = "redis", after = "1s")
        void paused() {}

        @Is({
            "Kill[\"redis\"]",
            "Terminate[\"app\"]",
            "Terminate[\"app\" by SIGINT within 2.0 s]",
            "Restart[\"redis\"]",
            "Restart[\"redis\" within 0.5 s]"
        })
        @Killed("redis")
        @Terminated("app")
        @Terminated(value = "app", by = "SIGINT", grace = "2s")
        @Restarted("redis")
        @Restarted(value = "redis", grace = "500ms")
        void ended() {}

        @Is({"Signal[SIGHUP to \"redis\"]", "Signal[SIGKILL to \"app\": worker, helper]"})
        @Signalled(value = "redis", signal = "hup")
        @Signalled(
                value = "app",
                signal = "SIGKILL",
                processes = {"worker", "helper"})
        void signalled() {}

        @Is("DaemonStall[of \"redis\" for 2.5 s]")
        @DaemonStalled(value = "redis", bound = "2500ms")
        void daemon() {}

        @Is({"FrozenLogReader[\"redis\"]", "FrozenLogReader[\"app\", not filled]"})
        @FrozenLog("redis")
        @FrozenLog(value = "app", filled = false)
        void frozenLog() {}

        @Is("CpuStress[\"redis\", 3 workers]")
        @CpuStress(value = "redis", workers = 3)
        void cpu() {}

        @Is({"MemoryPressure[\"redis\", 95.0 %]", "MemoryPressure[\"app\", until OOM kill]"})
        @MemoryPressure(value = "redis", share = 0.95)
        @MemoryPressure(value = "app", untilOomKill = true)
        void memory() {}

        @Is("DiskFull[\"redis\", /data, leaving 10 B, at most 1000 B]")
        @DiskFull(value = "redis", path = "/data", leaving = 10, atMost = 1000)
        void disk() {}

        @Is("FileDescriptorExhaustion[\"redis\", leaving 2]")
        @FileDescriptorExhaustion(value = "redis", leaving = 2)
        void descriptors() {}

        @Is({"ClockSkew[\"redis\", -1500 ms]", "ClockSkew[\"app\", +3600000 ms]"})
        @ClockSkewed(value = "redis", behind = "1.5s")
        @ClockSkewed(value = "app", ahead = "60m")
        void skewed() {}

        @Is({"ClockDrift[\"redis\", -1.0000 %]", "ClockDrift[\"app\", +50.0000 %] after 1 s"})
        @ClockDrifting(value = "redis", slowBy = 0.01)
        @ClockDrifting(value = "app", fastBy = 0.5, after = "1s")
        void drifting() {}

        @Is("BlockedStdout[\"redis\", stdout and stderr, not filled]")
        @BlockedStdout(value = "redis", andStderr = true, filled = false)
        void stdout() {}

        @Is("ClosedStream[\"redis\"]")
        @ClosedStream("redis")
        void closed() {}
    }

    /** None is made. */
    static class Wrong {

        @Is({"@Partitioned: There are no ports 9-3", "@Partitioned: ports = \"x-y\" is no port"})
        @Partitioned(value = "redis", ports = "9-3")
        @Partitioned(value = "redis", ports = "x-y")
        void ports() {}

        @Is({"@Partitioned: no target is named", "\"here\" is neither an IP address nor a network"})
        @Partitioned({})
        @Partitioned(value = "redis", towards = "here")
        void partitioned() {}

        @Is({"@PacketLoss: Name either percent or every", "no seed", "cannot be had"})
        @PacketLoss(value = "redis", percent = 1, every = 1)
        @PacketLoss(value = "redis", percent = 1.5, seed = 1)
        @PacketLoss(value = "redis", percent = 101)
        void loss() {}

        @Is({"pulse takes two times", "no container in a field \"nobody\""})
        @ConnectionsReset(value = "redis", pulse = "1s")
        @ConnectionsReset("nobody")
        void resets() {}

        @Is({"\"a b\" is not a name", "\"x\" is not an address"})
        @DnsFailing(value = "redis", names = "a b")
        @DnsFailing(value = "redis", wrongAddress = "x")
        void names() {}

        @Is({"@SlowStream: Name a latency", "latency = \"1h\" is no time"})
        @SlowStream("redis")
        @SlowStream(value = "redis", latency = "1h")
        void slow() {}

        @Is("lasting = \"0\" is no time")
        @StalledStream(value = "redis", lasting = "0")
        void stalled() {}

        @Is("must be above 0")
        @LimitedStream(value = "redis", bytes = 0)
        void limited() {}

        @Is("must be above 0")
        @SlicedStream(value = "redis", bytes = 0)
        void sliced() {}

        @Is("whole milliseconds")
        @SlowCloseStream(value = "redis", delay = "0.5ms")
        void slowClose() {}

        @Is("lasting(0 s)")
        @ResetStream(value = "redis", lasting = "0s")
        void resetStream() {}

        @Is({"delay = \"x\" is no time", "@Latency"})
        @Latency(value = "redis", delay = "x")
        void latency() {}

        @Is("@Bandwidth")
        @Bandwidth(value = "redis", kbit = 0)
        void bandwidth() {}

        @Is("@Duplicate")
        @Duplicate(value = "redis", percent = 0)
        void duplicate() {}

        @Is("@Reorder")
        @Reorder(value = "redis", percent = 101)
        void reorder() {}

        @Is("@Corrupt")
        @Corrupt(value = "redis", percent = -3)
        void corrupt() {}

        @Is("@LinkedBy: there is no container")
        @LinkedBy(value = "nobody", profile = LinkProfile.GPRS)
        void line() {}

        @Is({"@ClockSkewed: Name either ahead or behind", "@ClockSkewed: ahead = \"soon\" is no time"})
        @ClockSkewed(value = "redis", ahead = "1s", behind = "1s")
        @ClockSkewed(value = "redis", ahead = "soon")
        void skewedEitherWay() {}

        @Is({"@ClockDrifting: Name either slowBy or fastBy", "@ClockDrifting: ClockDrift[\"redis\"].slowBy(2.0)"})
        @ClockDrifting("redis")
        @ClockDrifting(value = "redis", slowBy = 2)
        void driftingNowhere() {}

        @Is("@Frozen: there is no container")
        @Frozen("nobody")
        void frozen() {}

        @Is("@Signalled: SIGSTOP stops a process until somebody sends SIGCONT")
        @Signalled(value = "redis", signal = "STOP")
        void stopped() {}

        @Is({
            "@Paused: there is no container",
            "@Killed: there is no container",
            "@FrozenLog: there is no container",
            "@Restarted: grace = \"-1s\" is no time"
        })
        @Paused("nobody")
        @Killed("nobody")
        @FrozenLog("nobody")
        @Restarted(value = "redis", grace = "-1s")
        void nobodies() {}

        @Is({"@Terminated: No signal is called \"BYE\"", "@Terminated: grace = \"soon\""})
        @Terminated(value = "redis", by = "BYE")
        @Terminated(value = "redis", grace = "soon")
        void byes() {}

        @Is("@DaemonStalled: A daemon can stall for 1 ms to 10 s, but not for 60.0 s")
        @DaemonStalled(value = "redis", bound = "1m")
        void daemon() {}

        @Is("CpuStress[\"redis\"].workers(65) is not from 1 to 64")
        @CpuStress(value = "redis", workers = 65)
        void cpu() {}

        @Is({"share(1.0) is not between 0 and 1", "untilOomKill()"})
        @MemoryPressure(value = "redis", share = 1)
        void memory() {}

        @Is("begins with a slash, as /data does")
        @DiskFull(value = "redis", path = "data")
        void disk() {}

        @Is("leaving(-1) is negative")
        @FileDescriptorExhaustion(value = "redis", leaving = -1)
        void descriptors() {}

        @Is("lasting(0 s)")
        @BlockedStdout(value = "redis", lasting = "0s")
        void stdout() {}

        @Is("too fast to be true")
        @ClosedStream(
                value = "redis",
                pulse = {"1ms", "1s"})
        void closed() {}
    }
}
