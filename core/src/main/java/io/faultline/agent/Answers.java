package io.faultline.agent;

import com.google.gson.annotations.SerializedName;
import io.faultline.effect.ActionState;
import io.faultline.effect.ActionState.Counted;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the agent answers, field for field (docs/AGENT_PROTOCOL.md). Times are the agent's monotonic clock, in ns. */
public final class Answers {

    private Answers() {}

    record Pong(@SerializedName("now_ns") long nowNanos) {}

    record Done(@SerializedName("at_ns") long atNanos) {}

    record Opened(@SerializedName("in_force_ns") List<Long> inForceNanos) {}

    record States(List<State> read) {}

    record Ends(List<State> healed) {}

    /**
     * A change as it is, or as it ended.
     *
     * @param atNanos when the harm stopped
     * @param action what came of it; absent if that cannot be said any more
     * @param wiped whether a part of it had been removed by somebody else, or had expired in the kernel
     * @param orphans of a change that cut connections and is healed; absent if it met no packet
     * @param trouble why it could not be taken back; absent if it was, or was not asked to be
     */
    public record State(
            String effect,
            @SerializedName("at_ns") long atNanos,
            @Nullable Came action,
            @SerializedName("target_alive") boolean targetAlive,
            boolean wiped,
            @Nullable Orphans orphans,
            @SerializedName("problem") @Nullable String trouble) {

        public Optional<String> problem() {
            return Optional.ofNullable(trouble);
        }

        public Optional<ActionState> came() {
            return Optional.ofNullable(action).map(Came::state);
        }

        /** With its times on another clock, and packets as early on it as they can have come. */
        State by(LongUnaryOperator clock, long uncertaintyNanos) {
            Came came = action == null ? null : action.by(nanos -> clock.applyAsLong(nanos) - uncertaintyNanos);
            return new State(effect, clock.applyAsLong(atNanos), came, targetAlive, wiped, orphans, trouble);
        }
    }

    /** What came of a change; without counts if it is not about packets, and without flows if it does not remember whose they were. */
    record Came(
            long number,
            long of,
            boolean needed,
            @Nullable String flaw,
            @Nullable List<Counted> counts,
            @Nullable RememberedFlows flows) {

        Came by(LongUnaryOperator clock) {
            return new Came(number, of, needed, flaw, counts, flows == null ? null : flows.by(clock));
        }

        ActionState state() {
            return new ActionState(
                    number,
                    of,
                    needed,
                    Optional.ofNullable(flaw),
                    Objects.requireNonNullElse(counts, List.of()),
                    Optional.ofNullable(flows).map(RememberedFlows::read));
        }
    }

    /**
     * Connections that were closed under a change and live on without an owner.
     *
     * @param ended of which both ends were closed, or whose target is dead
     * @param left which the kernel goes on sending from, so that what was written into them may yet arrive
     */
    public record Orphans(int ended, int left) {}

    record Settled(int ended) {}

    /**
     * A process's namespace from inside.
     *
     * @param started when the process began, which no other process with its number did
     * @param frozen whether the process is in a cgroup freezer, where the kernel shows that (before Linux 6.1)
     * @param suspended whether it may be: it does not hear signals just now
     * @param version of all this: equal as long as nothing of it is another
     */
    public record Look(
            long netns, long started, boolean frozen, boolean suspended, List<Interface> interfaces, String version) {}

    record Looks(List<Look> seen) {}

    /**
     * Processes that are in a container's namespaces, but not of it.
     *
     * @param cgroup their control group, which tells whose they are
     * @param network whether they are in its network namespace
     * @param processes whether they are in its pid namespace, and end with its first process
     */
    public record Sharer(String cgroup, boolean network, boolean processes) {}

    record Sharers(List<Sharer> sharers) {}

    /** An interface with its address literals, and the qdiscs that somebody has put on it. */
    public record Interface(String name, int index, List<String> addresses, int mtu, int queue, Qdiscs qdiscs) {}

    /** By kind and handle; absent where there is none. */
    public record Qdiscs(@Nullable String root, @Nullable String ingress) {}

    /** A docker-proxy process, with when it began and the words of its command line. */
    public record Proxy(
            int pid,
            long started,
            long netns,
            String proto,
            @SerializedName("host_ip") String hostAddress,
            @SerializedName("host_port") String hostPort,
            @SerializedName("container_ip") String containerAddress,
            @SerializedName("container_port") String containerPort) {}

    record Proxies(List<Proxy> proxies) {}

    /**
     * Something that carries our tag: which run left it, in which namespace, and the rule, chain or set itself. A
     * container or network that a run left is in no namespace: 0, and by no process: 0.
     */
    public record Leftover(String run, long netns, int pid, String where, String what) {}

    record FoundList(List<Leftover> found) {}

    /** Which of a tables command's abilities work. */
    public record Tables(
            boolean drop, boolean ipset, boolean time, boolean reject, boolean statistic, boolean redirect) {}

    /**
     * Which of nf_tables' abilities work, over netlink alone.
     *
     * @param silent whether a packet can be dropped without its sender being told
     * @param lease whether its rules end by themselves once nobody renews them
     * @param loss whether packets can be chosen by chance or by number
     * @param redirect whether connections can be led to another port
     */
    public record Nftables(
            boolean drop, boolean silent, boolean lease, boolean reject, boolean loss, boolean redirect) {}

    /**
     * What the agent's trial of the kernel gave.
     *
     * @param nftables absent if the agent does not know it
     * @param tables by command and flavour, as {@code ip6tables-nft}; none of them works where the agent has no such command
     * @param silent the flavours that can drop a packet without telling its sender
     * @param shaping the kinds of qdisc that work, with what goes with them
     * @param loads what works of that which stressing resources needs
     */
    public record Features(
            @Nullable Nftables nftables,
            Map<String, Tables> tables,
            List<String> silent,
            List<String> shaping,
            @SerializedName("socket_destroy") boolean socketDestroy,
            boolean conntrack,
            boolean freeze,
            boolean descriptors,
            List<String> loads) {}

    /**
     * What went into a pipe.
     *
     * @param full whether nobody made room in it for a while
     */
    public record Filled(long bytes, boolean full) {}

    record Fillings(Map<String, Filled> filled) {}

    /**
     * Who stands in a write to a full pipe.
     *
     * @param alive whether the container's first process still lives
     */
    public record Writers(List<Integer> writers, boolean alive) {

        public Writers {
            writers = List.copyOf(writers);
        }
    }

    record ShutdownStateAnswer(ShutdownState shutdown) {}
}
