package io.faultline.junit;

import io.faultline.fault.clock.WithClockDrift;
import io.faultline.fault.clock.WithClockSkew;
import io.faultline.fault.dns.WithDnsFailure;
import io.faultline.fault.output.WithBlockedStdout;
import io.faultline.fault.output.WithFrozenLogReader;
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
import io.faultline.junit.DeclaredFaultsTest.Is;
import io.faultline.junit.DeclaredFaultsTest.SlowDatabase;

/** Declarations of which none is made. */
final class WrongDeclarations {

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
