package io.faultline.fault;

import io.faultline.topology.KernelFeatures;
import io.faultline.topology.KernelFeatures.Feature;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a fault needs of the Docker host, and what to do without. Immutable.
 *
 * @param packetFilter whether nf_tables or one of the two flavours of iptables
 * @param features of the kernel
 * @param others what else, in words
 * @param otherwise what to do where it is missing, as the end of a sentence that begins with "Load the module, "
 */
public record Needs(boolean packetFilter, List<Feature> features, List<String> others, String otherwise) {

    private static final String ANOTHER_HOST = "or use a Docker host that has it";

    public Needs {
        features = List.copyOf(features);
        others = List.copyOf(others);
    }

    /** The packet filter, and these features of the kernel. */
    public static Needs packetFilterAnd(Feature... features) {
        return new Needs(true, List.of(features), List.of(), ANOTHER_HOST);
    }

    /** These features of the kernel; none of them needs any. */
    public static Needs kernelWith(Feature... features) {
        return new Needs(false, List.of(features), List.of(), ANOTHER_HOST);
    }

    public static Needs netem() {
        return new Needs(
                false,
                List.of(Feature.NETEM, Feature.HTB),
                List.of(),
                "slow its streams down without it: SlowStream (Toxiproxy), " + ANOTHER_HOST);
    }

    public static Needs dockerSocket() {
        return kernelWith().and("Docker's socket in a container");
    }

    /** The same, and something else that no kernel can be asked for. */
    public Needs and(String other) {
        return new Needs(
                packetFilter,
                features,
                Stream.concat(others.stream(), Stream.of(other)).toList(),
                otherwise);
    }

    /** All of it in words, as {@code nf_tables or iptables, sch_netem}. */
    public String describe() {
        Stream<String> filter = packetFilter ? Stream.of("nf_tables or iptables") : Stream.of();
        Stream<String> modules = features.stream().map(Feature::kernelName);
        String all = Stream.of(filter, modules, others.stream())
                .flatMap(each -> each)
                .collect(Collectors.joining(", "));
        return all.isEmpty() ? "nothing of the kernel" : all;
    }

    /** What of this the kernel lacks; empty if the fault can be injected. */
    public Optional<String> missing(KernelFeatures kernel) {
        if (packetFilter && kernel.packetFilter().isEmpty()) {
            return Optional.of("has neither nf_tables nor iptables for the agent");
        }
        String absent = features.stream()
                .filter(feature -> !kernel.has(feature))
                .map(Feature::kernelName)
                .collect(Collectors.joining(", "));
        return absent.isEmpty() ? Optional.empty() : Optional.of("has no " + absent);
    }

    /** What to do where it is missing. */
    public String cure() {
        return "Load the module, " + otherwise;
    }

    /**
     * Makes sure that nothing is missing.
     *
     * @throws ImpossibleFaultException if something is, with what to do about it
     */
    public void require(KernelFeatures kernel, Fault fault) {
        missing(kernel).ifPresent(lack -> {
            throw new ImpossibleFaultException("Cannot inject " + fault + ": the kernel (" + kernel.release() + ") "
                    + lack + ". " + cure() + "; 'faultline doctor' shows more.");
        });
    }
}
