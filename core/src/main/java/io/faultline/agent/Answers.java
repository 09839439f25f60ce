package io.faultline.agent;

import com.google.gson.annotations.SerializedName;
import java.util.List;
import java.util.Map;

/** What the agent answers, field for field (docs/AGENT_PROTOCOL.md). Times are the agent's monotonic clock, in ns. */
public final class Answers {

    private Answers() {}

    record Pong(@SerializedName("now_ns") long nowNanos) {}

    record Opened(@SerializedName("at_ns") long atNanos) {}

    record Read(
            List<String> counters,
            @SerializedName("target_alive") boolean targetAlive,
            boolean wiped) {}

    /**
     * The end of a change.
     *
     * @param atNanos when the harm stopped
     * @param wiped whether a part of it had been removed by somebody else, or had expired in the kernel
     */
    public record Healed(
            @SerializedName("at_ns") long atNanos,
            List<String> counters,
            @SerializedName("target_alive") boolean targetAlive,
            boolean wiped) {}

    /** A namespace from inside. */
    public record Look(long netns, List<Interface> interfaces) {}

    /** An interface with its address literals. */
    public record Interface(String name, List<String> addresses) {}

    /** A docker-proxy process, with the words of its command line. */
    public record Proxy(
            int pid,
            long netns,
            String proto,
            @SerializedName("host_ip") String hostAddress,
            @SerializedName("host_port") String hostPort,
            @SerializedName("container_ip") String containerAddress,
            @SerializedName("container_port") String containerPort) {}

    record Proxies(List<Proxy> proxies) {}

    record Sockets(String ss) {}

    /**
     * Something that carries our tag: which run left it, in which namespace, and the rule, chain or set itself. A
     * container that a run left is in no namespace: 0, and by no process: 0.
     */
    public record Found(String run, long netns, int pid, String where, String what) {}

    record FoundList(List<Found> found) {}

    /** Which of a tables command's abilities work. */
    public record Tables(boolean drop, boolean ipset, boolean time) {}

    /**
     * What the agent's trial of the kernel gave.
     *
     * @param tables by command and flavour, as {@code ip6tables-nft}
     * @param silent the flavours that can drop a packet without telling its sender
     */
    public record Features(Map<String, Tables> tables, List<String> silent, boolean netem) {}
}
