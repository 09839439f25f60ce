package io.faultline.fault;

import io.faultline.topology.KernelFeatures;
import io.faultline.topology.KernelFeatures.Feature;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every kind of fault there is, with what it needs and gives: {@code doctor} and docs/FAULTS.md are drawn from it. */
public enum FaultKind {
    PARTITION(
            "Partition",
            Needs.rules(),
            "packets dropped or rejected, by leg and direction",
            "rules removed by name; the kernel ends them 15 s after the last renewal",
            "two or three chains a leg"),
    REJECTING_PARTITION(
            "Partition, rejecting",
            Needs.rules(Feature.REJECT),
            "packets rejected, by leg and direction",
            "as Partition",
            "as Partition"),
    PACKET_LOSS(
            "PacketLoss",
            Needs.rules(Feature.STATISTIC),
            "packets lost of those seen, by leg and direction",
            "as Partition",
            "as Partition; with a seed one rule for each percent"),
    RESET_CONNECTIONS(
            "ResetConnections",
            Needs.kernelWith(Feature.SOCKET_DESTROY),
            "connections reset, by leg",
            "nothing to take back",
            "one look at the socket table a leg"),
    DNS_FAILURE(
            "DnsFailure",
            Needs.rules(Feature.REDIRECT, Feature.CONNTRACK),
            "queries made to fail, of all that the target asked",
            "rules removed by name, flows to port 53 forgotten; the kernel ends it 15 s after the last renewal",
            "one chain, one port of loopback, one thread of the agent"),
    LATENCY(
            "Latency",
            Needs.netem(),
            "packets shaped, by direction",
            "qdiscs removed; the kernel ends nothing by itself: if the agent dies, the JVM removes them, or else the next run",
            "one tree of qdiscs an interface and direction; for what arrives an interface (ifb) too"),
    DUPLICATE("Duplicate", Needs.netem(), "packets shaped, by direction", "as Latency", "as Latency"),
    REORDER("Reorder", Needs.netem(), "packets shaped, by direction", "as Latency", "as Latency"),
    CORRUPT("Corrupt", Needs.netem(), "packets shaped, by direction", "as Latency", "as Latency"),
    BANDWIDTH(
            "Bandwidth",
            Needs.kernelWith(Feature.TBF, Feature.HTB),
            "packets shaped, by direction",
            "as Latency",
            "as Latency"),
    SLOW_STREAM(
            "SlowStream",
            Needs.rules().and("an image of Toxiproxy"),
            "data packets that reached the proxy, by direction",
            "toxic removed; else its proxy's container",
            "one container a route"),
    STALLED_STREAM(
            "StalledStream",
            Needs.rules().and("an image of Toxiproxy"),
            "data packets that reached the proxy, by direction",
            "toxic removed, which closes what had stalled; else its proxy's container",
            "one container a route"),
    LIMITED_STREAM(
            "LimitedStream",
            Needs.rules().and("an image of Toxiproxy"),
            "connections that the proxy ended while it was open",
            "toxic removed; else its proxy's container",
            "one container a route"),
    SLICED_STREAM(
            "SlicedStream",
            Needs.rules().and("an image of Toxiproxy"),
            "data packets that reached the proxy, by direction",
            "toxic removed; else its proxy's container",
            "one container a route"),
    SLOW_CLOSE_STREAM(
            "SlowCloseStream",
            Needs.rules().and("an image of Toxiproxy"),
            "closings that reached the proxy, by direction",
            "toxic removed; else its proxy's container",
            "one container a route"),
    RESET_STREAM(
            "ResetStream",
            Needs.rules().and("an image of Toxiproxy"),
            "resets and closings that the proxy sent to clients",
            "toxic removed; else its proxy's container",
            "one container a route"),
    CLOSED_STREAM(
            "ClosedStream",
            Needs.rules().and("an image of Toxiproxy"),
            "resets (refusals too) and closings that the proxy sent to clients",
            "proxy listens again; else its container removed",
            "one container a route"),
    DISCONNECT(
            "Disconnect",
            Needs.kernelWith().and("Docker's socket in a container"),
            "networks detached, published ports gone: the state itself",
            "connected again as before, by a rollback container if the JVM dies; published host ports change",
            "one container an injection, which holds the Docker socket"),
    PAUSE(
            "Pause",
            Needs.kernelWith().and("Docker's socket in a container"),
            "containers that Docker tells of as paused",
            "unpaused, by a rollback container if the JVM dies",
            "one container an injection, which holds the Docker socket"),
    KILL(
            "Kill",
            Needs.kernelWith().and("Docker's socket in a container"),
            "containers whose first process has ended",
            "started again, by a rollback container if the JVM dies; published host ports change",
            "as Pause"),
    TERMINATE("Terminate", Needs.kernelWith().and("Docker's socket in a container"), "as Kill", "as Kill", "as Pause"),
    RESTART(
            "Restart",
            Needs.kernelWith().and("Docker's socket in a container"),
            "as Kill",
            "nothing to take back",
            "as Pause"),
    SIGNAL(
            "Signal",
            Needs.kernelWith(),
            "processes that handled the signal, or ended of it",
            "nothing to take back",
            "nothing"),
    FREEZE(
            "Freeze",
            Needs.kernelWith(Feature.HOLD),
            "processes held still",
            "let go; the kernel lets them go by itself if the agent dies",
            "nothing; while it is open no debugger can attach"),
    CLOCK_SKEW(
            "ClockSkew",
            Needs.kernelWith().and("FakeClock in the container before its start"),
            "readings of the wrong clock",
            "the clock set right; it is right by itself 15 s after the agent died",
            "a system call for each reading of the clock, also while it is right"),
    CLOCK_DRIFT(
            "ClockDrift",
            Needs.kernelWith().and("FakeClock in the container before its start"),
            "readings of the wrong clock",
            "as ClockSkew",
            "as ClockSkew"),
    BLOCKED_STDOUT(
            "BlockedStdout",
            Needs.kernelWith(Feature.DESCRIPTORS),
            "processes that stand in a write to the full pipe",
            "the unread stream closed; Docker closes it by itself if the JVM dies",
            "one attach stream, 2 to 5 MB of marked filler in the container's log"),
    FROZEN_LOG_READER(
            "FrozenLogReader",
            Needs.kernelWith(Feature.HOLD, Feature.DESCRIPTORS),
            "processes that stand in a write to the full pipe",
            "the reader let go; the kernel lets it go by itself if the agent dies",
            "up to 128 KiB of marked filler; Docker's calls about the container hang meanwhile"),
    DAEMON_STALL(
            "DaemonStall",
            Needs.kernelWith(Feature.HOLD).and("an engine on the agent's own host"),
            "milliseconds for which the engine stood still",
            "let go by the agent at its bound of at most 10 s; the kernel lets it go by itself if the agent dies",
            "every call to Docker waits meanwhile, healing too"),
    CPU_STRESS(
            "CpuStress",
            Needs.kernelWith(Feature.CPU_GROUP),
            "milliseconds of CPU time taken, of all that the container used",
            "processes ended; the kernel ends them if the agent dies",
            "the container's share of the host's CPUs, all of them if it has no limit"),
    MEMORY_PRESSURE(
            "MemoryPressure",
            Needs.kernelWith(Feature.MEMORY_GROUP),
            "bytes taken, of the container's limit",
            "given back; the kernel takes them back if the agent dies",
            "as much memory of the host, within the container's limit"),
    OUT_OF_MEMORY(
            "MemoryPressure, until OOM kill",
            Needs.kernelWith(Feature.MEMORY_GROUP, Feature.ENGINE_GROUP),
            "processes that the kernel killed",
            "marks of the OOM killer taken back by a process that outlives the agent",
            "as MemoryPressure"),
    DISK_FULL(
            "DiskFull",
            Needs.kernelWith(Feature.ENGINE_GROUP),
            "bytes taken, of those and what is left",
            "a file without a name closed; the kernel frees it if the agent dies",
            "the room itself; of a tmpfs, as much memory of the host"),
    FILE_DESCRIPTOR_EXHAUSTION(
            "FileDescriptorExhaustion",
            Needs.kernelWith(Feature.ENGINE_GROUP, Feature.LIMITS),
            "processes that cannot open another descriptor",
            "soft limits given back, by a process that outlives the agent",
            "a look at every process of the container, 20 times a second");

    private final String label;
    private final Needs needs;
    private final String evidence;
    private final String heal;
    private final String cost;

    FaultKind(String label, Needs needs, String evidence, String heal, String cost) {
        this.label = label;
        this.needs = needs;
        this.evidence = evidence;
        this.heal = heal;
        this.cost = cost;
    }

    /** What a fault needs of the Docker host, and what to do without. */
    private record Needs(boolean packetFilter, List<Feature> features, Optional<String> image, String otherwise) {

        private static final String ANOTHER_HOST = "or use a Docker host that has it";

        static Needs rules(Feature... features) {
            return new Needs(true, List.of(features), Optional.empty(), ANOTHER_HOST);
        }

        static Needs kernelWith(Feature... features) {
            return new Needs(false, List.of(features), Optional.empty(), ANOTHER_HOST);
        }

        Needs and(String neededImage) {
            return new Needs(packetFilter, features, Optional.of(neededImage), otherwise);
        }

        static Needs netem() {
            return kernelWith(Feature.NETEM, Feature.HTB)
                    .orElse("slow its streams down without it: SlowStream (Toxiproxy), " + ANOTHER_HOST);
        }

        Needs orElse(String cure) {
            return new Needs(packetFilter, features, image, cure);
        }

        String describe() {
            Stream<String> filter = packetFilter ? Stream.of("iptables (nft or legacy)") : Stream.of();
            Stream<String> modules = features.stream().map(Feature::kernelName);
            String all = Stream.of(filter, modules, image.stream())
                    .flatMap(each -> each)
                    .collect(Collectors.joining(", "));
            return all.isEmpty() ? "nothing of the kernel" : all;
        }
    }

    /** As the fault's class is called. */
    public String label() {
        return label;
    }

    public String needs() {
        return needs.describe();
    }

    public String evidence() {
        return evidence;
    }

    public String heal() {
        return heal;
    }

    public String cost() {
        return cost;
    }

    /** What of this the kernel lacks; empty if the fault can be injected. */
    public Optional<String> missing(KernelFeatures kernel) {
        if (needs.packetFilter() && kernel.packetFilter().isEmpty()) {
            return Optional.of("runs neither flavour of iptables for the agent");
        }
        String absent = needs.features().stream()
                .filter(feature -> !kernel.has(feature))
                .map(Feature::kernelName)
                .collect(Collectors.joining(", "));
        return absent.isEmpty() ? Optional.empty() : Optional.of("has no " + absent);
    }

    /** What to do where it is missing. */
    public String cure() {
        return "Load the module, " + needs.otherwise();
    }

    /** @throws ImpossibleFaultException if the kernel lacks something, with what to do about it */
    void require(KernelFeatures kernel, Fault fault) {
        missing(kernel).ifPresent(lack -> {
            throw new ImpossibleFaultException("Cannot inject " + fault + ": the kernel (" + kernel.release() + ") "
                    + lack + ". " + cure() + "; 'faultline doctor' tells more.");
        });
    }
}
