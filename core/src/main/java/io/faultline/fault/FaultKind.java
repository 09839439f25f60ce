package io.faultline.fault;

import io.faultline.terrain.KernelFeatures;
import io.faultline.terrain.KernelFeatures.Feature;
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
            "one chain a leg"),
    REJECTING_PARTITION(
            "Partition, rejecting or resetting",
            Needs.rules(Feature.REJECT),
            "packets rejected, by leg and direction",
            "as Partition",
            "two chains a leg"),
    PACKET_LOSS(
            "PacketLoss",
            Needs.rules(Feature.STATISTIC),
            "packets lost of those seen, by leg and direction",
            "as Partition",
            "two chains a leg; with a seed one rule for each percent"),
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
    LATENCY("Latency", Needs.netem(), Shaped.EVIDENCE, Shaped.HEAL, Shaped.COST),
    DUPLICATE("Duplicate", Needs.netem(), Shaped.EVIDENCE, Shaped.HEAL, Shaped.COST),
    REORDER("Reorder", Needs.netem(), Shaped.EVIDENCE, Shaped.HEAL, Shaped.COST),
    CORRUPT("Corrupt", Needs.netem(), Shaped.EVIDENCE, Shaped.HEAL, Shaped.COST),
    BANDWIDTH("Bandwidth", Needs.kernelWith(Feature.TBF, Feature.HTB), Shaped.EVIDENCE, Shaped.HEAL, Shaped.COST);

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

    /** What is said of every fault that shapes traffic. */
    private static final class Shaped {
        static final String EVIDENCE = "packets shaped, by direction";
        static final String HEAL =
                "the tree of qdiscs removed; the kernel ends nothing by itself, so after the agent the JVM does, or the next run";
        static final String COST = "one tree an interface and direction; for what arrives one interface (ifb) as well";
    }

    /** What a fault needs of the Docker host, and what to do without. */
    private record Needs(boolean packetFilter, List<Feature> features, String otherwise) {

        private static final String ANOTHER_HOST = "or use a Docker host that has it";

        static Needs rules(Feature... features) {
            return new Needs(true, List.of(features), ANOTHER_HOST);
        }

        static Needs kernelWith(Feature... features) {
            return new Needs(false, List.of(features), ANOTHER_HOST);
        }

        static Needs netem() {
            return kernelWith(Feature.NETEM, Feature.HTB)
                    .orElse("slow its streams down without it: SlowStream (Toxiproxy), " + ANOTHER_HOST);
        }

        Needs orElse(String cure) {
            return new Needs(packetFilter, features, cure);
        }

        String describe() {
            Stream<String> filter = packetFilter ? Stream.of("iptables (nft or legacy)") : Stream.of();
            String all = Stream.concat(filter, features.stream().map(Feature::kernelName))
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
