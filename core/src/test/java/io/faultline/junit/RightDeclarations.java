package io.faultline.junit;

import io.faultline.fault.Direction;
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
import io.faultline.junit.DeclaredFaultsTest.Is;
import io.faultline.junit.DeclaredFaultsTest.SlowDatabase;

/** Declarations of which each is made. */
final class RightDeclarations {

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
