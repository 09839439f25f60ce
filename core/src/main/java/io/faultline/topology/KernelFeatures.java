package io.faultline.topology;

import java.util.Optional;
import java.util.Set;

/**
 * What the Docker host's kernel can do, found out by trying it in an empty namespace.
 *
 * @param packetFilter the best that works: nf_tables, or a flavour of iptables, nft before legacy if it can do as much
 */
public record KernelFeatures(String release, Optional<PacketFilter> packetFilter, Set<Feature> features) {

    /** Something that a kernel may have been built without. */
    public enum Feature {
        /** Packets can be refused with ICMP or a TCP reset by the packet filter. */
        REJECT("xt_REJECT or nft_reject"),
        /** Packets can be chosen by chance or by number by the packet filter. */
        STATISTIC("xt_statistic or nft_numgen"),
        /** Connections can be led to another port by the packet filter. */
        REDIRECT("xt_REDIRECT or nft_redir, with NAT"),
        /** What is known of flows can be read and forgotten. */
        CONNTRACK("nf_conntrack_netlink"),
        /** Connections can be closed from outside (sock_diag(7)). */
        SOCKET_DESTROY("INET_DIAG_DESTROY"),
        /** Packets can be delayed, duplicated, reordered and corrupted. */
        NETEM("sch_netem"),
        /** What leaves can be held to a rate. */
        TBF("sch_tbf"),
        /** Traffic can be divided into classes. */
        HTB("sch_htb and cls_u32"),
        /** What arrives can be given to a queue as well: sch_ingress, act_mirred and ifb. */
        INGRESS("sch_ingress, act_mirred and ifb"),
        /** Processes can be held by a tracer, which the agent is. */
        HOLD("ptrace"),
        /** Another process's descriptors can be looked at. */
        DESCRIPTORS("pidfd_getfd (Linux 5.6)"),
        /** A process of the agent's can work within a container's share and limit of CPU time. */
        CPU_GROUP("cpu cgroup that the agent can join"),
        /** The same with memory. */
        MEMORY_GROUP("memory cgroup that the agent can join"),
        /** A process of the agent's can leave the agent's container, so as to survive it. */
        ENGINE_GROUP("cgroup of the engine that the agent can join"),
        /** Limits of other users' processes can be set. */
        LIMITS("prlimit");

        private final String kernelName;

        Feature(String kernelName) {
            this.kernelName = kernelName;
        }

        /** What the kernel's own configuration calls it. */
        public String kernelName() {
            return kernelName;
        }
    }

    public KernelFeatures {
        features = Set.copyOf(features);
    }

    public boolean has(Feature feature) {
        return features.contains(feature);
    }
}
