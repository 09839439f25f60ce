package io.faultline.junit;

import io.faultline.topology.KernelFeatures;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import java.util.function.Predicate;

/** What a test can need of the Docker host's kernel; {@code faultline doctor} tells whether it is there. */
public enum Need {
    /** A working nf_tables or iptables. */
    PACKET_FILTER(kernel -> kernel.packetFilter().isPresent(), "neither nf_tables nor iptables works"),
    /** A packet filter that works for IPv6 as well. */
    IPV6(filter(PacketFilter::ipv6), "the packet filter does not work for IPv6"),
    /** A lease in the kernel, which ends what a killed agent leaves within 15 s: nf_tables has one, iptables with ipset. */
    KERNEL_EXPIRY(
            filter(found -> found.expiry() == Expiry.LEASE),
            "the kernel ends no rule by itself (iptables without ipset)"),
    /** Packets that are dropped without their sender being told. */
    SILENT_DROP(filter(PacketFilter::silentDrop), "dropped packets give their sender EPERM"),
    /** Delay, duplication, reordering and corruption. */
    NETEM(kernel -> kernel.has(Feature.NETEM), "there is no sch_netem");

    private final Predicate<KernelFeatures> met;
    private final String otherwise;

    Need(Predicate<KernelFeatures> met, String otherwise) {
        this.met = met;
        this.otherwise = otherwise;
    }

    private static Predicate<KernelFeatures> filter(Predicate<PacketFilter> wanted) {
        return kernel -> kernel.packetFilter().filter(wanted).isPresent();
    }

    boolean isMetBy(KernelFeatures kernel) {
        return met.test(kernel);
    }

    String otherwise(KernelFeatures kernel) {
        return name() + " is missing: " + otherwise + " on kernel " + kernel.release();
    }
}
