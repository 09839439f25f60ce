package io.faultline.agent;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.faultline.agent.Answers.State;
import io.faultline.effect.AgentAction;
import io.faultline.observe.SocketTable;
import io.faultline.topology.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A running agent, as one JVM drives it. Renews the lease from a daemon thread for as long as the JVM runs; closing it
 * heals all that is open. Thread-safe. Every method throws {@link AgentException} if the agent is gone or refuses.
 */
public final class Agent implements AutoCloseable {

    private final AgentChannel channel;
    private final Wire wire;
    private final String kernel;
    private final AgentClock clock;
    private final Lease lease;
    private final Optional<Greeted.Ahead> ahead;
    private final List<Consumer<Ended>> endedListeners = new CopyOnWriteArrayList<>();
    private final Gson gson = new Gson();

    private Agent(AgentChannel attached, Optional<Runnable> start) {
        Greeted greeted = Greeted.by(attached, start, this::event);
        this.channel = greeted.channel();
        this.wire = greeted.wire();
        this.kernel = greeted.kernel();
        this.ahead = greeted.ahead();
        this.clock = greeted.clock();
        this.lease = new Lease(wire, greeted.lease());
    }

    /** Waits for the greeting of an agent that runs. The channel is closed if there is none. */
    public static Agent greet(AgentChannel channel) {
        return new Agent(channel, Optional.empty());
    }

    /**
     * Starts an agent and waits for its greeting.
     *
     * @param channel to it, which takes requests already; closed if it cannot be started, or does not greet
     * @param start starts its program
     */
    public static Agent start(AgentChannel channel, Runnable start) {
        return new Agent(channel, Optional.of(start));
    }

    /** The release of the kernel that the agent runs on, as {@code uname -r} prints it. */
    public String kernel() {
        return kernel;
    }

    /** Whether the channel still stands. */
    public boolean isAlive() {
        return !wire.end().isDone();
    }

    /** Completes when the agent or the way to it is gone. */
    public CompletableFuture<Void> gone() {
        return wire.end();
    }

    /** Tells of changes that the agent took back without being asked. Called from the thread that reads the channel. */
    public void onEnded(Consumer<Ended> listener) {
        endedListeners.add(listener);
    }

    /**
     * Makes changes, all of them or none; their undo is with the agent before anything is touched.
     *
     * @param unchanged what has to be as it was seen still
     * @return when each was in force, as {@link System#nanoTime()}
     * @throws OutdatedException if one of the targets, or what has to be unchanged, is no longer as it was
     */
    public List<Long> open(List<Opening> openings, List<Seen> unchanged) {
        Map<String, ?> request =
                Map.of("effects", openings.stream().map(Opening::request).toList(), "unchanged", unchanged);
        try {
            return wire.ask("open", request, Answers.Opened.class).inForceNanos().stream()
                    .map(this::toJvm)
                    .toList();
        } catch (RuntimeException e) {
            // Without an answer it is not known whether a change was made. The agent waits with this until it is, so
            // that what comes late is taken back, too; after a refusal there is mostly nothing open, and nothing
            // happens.
            wire.send("heal", naming(openings.stream().map(Opening::tag).toList()));
            throw e;
        }
    }

    /** Reads changes' counters without touching them, in the order of the tags; {@code atNanos} means nothing. */
    public List<State> read(List<String> tags) {
        return wire.ask("read", naming(tags), Answers.States.class).read().stream()
                .map(this::inJvmTime)
                .toList();
    }

    /**
     * Takes changes back in the order of the tags: ends all their harm first, and then removes what they added.
     *
     * @return how each ended, in that order; {@code atNanos} as {@link System#nanoTime()}
     */
    public List<State> heal(List<String> tags) {
        return wire.ask("heal", naming(tags), Answers.Ends.class).healed().stream()
                .map(this::inJvmTime)
                .toList();
    }

    /**
     * Ends the connections that were closed under these changes, which are healed, and are not over yet. What was written
     * into them does not arrive any more.
     *
     * @return how many there were
     */
    public int settle(List<String> tags) {
        return wire.ask("settle", naming(tags), Answers.Settled.class).ended();
    }

    /** Ends the harm of changes for now, and leaves what they prepared. Returns when, as {@link System#nanoTime()}. */
    public long lift(List<String> tags) {
        return toJvm(wire.ask("lift", naming(tags), Answers.Done.class).atNanos());
    }

    /** Brings the harm of lifted changes back. Returns when, as {@link System#nanoTime()}. */
    public long restore(List<String> tags) {
        return toJvm(wire.ask("restore", naming(tags), Answers.Done.class).atNanos());
    }

    /**
     * Gives a change that is open another strength.
     *
     * @param action what it is from now on: of the same kind
     * @return when it was in force, as {@link System#nanoTime()}
     */
    public long retune(String tag, AgentAction action) {
        Map<String, ?> request = Map.of("effect", tag, "order", action.request());
        return toJvm(wire.ask("retune", request, Answers.Done.class).atNanos());
    }

    private static Map<String, ?> naming(List<String> tags) {
        return Map.of("effects", tags);
    }

    /** What the namespaces of these processes look like from inside, in their order. */
    public List<Answers.Look> look(List<Integer> pids) {
        return wire.ask("look", Map.of("pids", pids), Answers.Looks.class).seen();
    }

    /** Who else is in the network namespace or the pid namespace of a container, by its first process. */
    public List<Answers.Sharer> sharers(int pid) {
        return wire.ask("sharers", Map.of("pid", pid), Answers.Sharers.class).sharers();
    }

    /** Every docker-proxy of the Docker host; the agent looks at all processes for that, which takes milliseconds. */
    public List<Answers.Proxy> proxies() {
        return wire.ask("proxies", Map.of(), Answers.Proxies.class).proxies();
    }

    /** Those of these processes that are docker-proxies. */
    public List<Answers.Proxy> proxiesAmong(List<Integer> pids) {
        return wire.ask("proxies", Map.of("pids", pids), Answers.Proxies.class).proxies();
    }

    /** What works on this kernel, as it has tried. One that was {@link #start started} here has tried once. */
    public Answers.Features features() {
        return ahead.map(asked -> asked.features().get())
                .orElseGet(() -> wire.ask("features", Map.of(), Answers.Features.class));
    }

    /** The sockets of the namespace with this inode. */
    public SocketTable sockets(long namespace) {
        return sockets(Map.of("netns", namespace));
    }

    /** The same, without those of TCP that processes outside this process's pid namespace hold. */
    public SocketTable socketsOf(NetworkNamespace where) {
        return sockets(Map.of("netns", where.inode(), "owner", where.pid()));
    }

    private SocketTable sockets(Map<String, ?> request) {
        return wire.ask("sockets", request, ListedSockets.class).by(this::toJvm);
    }

    /**
     * Fills the pipes behind a process's output until nobody has made room for so long, or 5 s have passed.
     *
     * @param descriptors 1 for stdout, 2 for stderr
     * @param patience zero to fill what has room now
     * @return what went into each, by its name
     */
    public Map<String, Answers.Filled> fill(int pid, Collection<Integer> descriptors, Duration patience) {
        return wire.ask(
                        "fill",
                        Map.of("pid", pid, "descriptors", descriptors, "patience_ms", patience.toMillis()),
                        Answers.Fillings.class)
                .filled();
    }

    /** The processes of a container that stand in a write to the pipes behind its first process's output. */
    public Answers.Writers writers(int pid, Collection<Integer> descriptors) {
        return wire.ask("writers", Map.of("pid", pid, "descriptors", descriptors), Answers.Writers.class);
    }

    /**
     * Sends the first process of a container a signal and watches it from then on, until it is {@link #forget forgotten}.
     *
     * @param signal without SIG: {@code TERM}
     * @param again how long after the first a second one is sent
     * @return when it was sent, as {@link System#nanoTime()}
     */
    public long part(NetworkNamespace where, String signal, Optional<Duration> again) {
        Map<String, Object> request =
                new HashMap<>(Map.of("pid", where.pid(), "netns", where.inode(), "signal", signal));
        again.ifPresent(later -> request.put("again_ms", later.toMillis()));
        return toJvm(wire.ask("stop", request, Answers.ShutdownStateAnswer.class)
                .shutdown()
                .signalledNanos());
    }

    /** What has become of it so far. Its times are the agent's: only their differences mean something. */
    public ShutdownState parted(int pid) {
        return wire.ask("stopped", Map.of("pid", pid), Answers.ShutdownStateAnswer.class)
                .shutdown();
    }

    /** Watches it no longer. */
    public void forget(int pid) {
        wire.ask("forget", Map.of("pid", pid), JsonObject.class);
    }

    /**
     * All that carries a tag of ours, whichever run left it, in every namespace of the Docker host; of one that was
     * {@link #start started} here, when it began.
     */
    public List<Answers.Leftover> found() {
        return ahead.map(asked -> asked.found().get())
                .orElseGet(() -> wire.ask("find", Map.of(), Answers.FoundList.class))
                .found();
    }

    /** Removes what the named runs have left, and returns it. Name only runs that are known to be dead. */
    public List<Answers.Leftover> sweep(Collection<String> runs) {
        return wire.ask("sweep", Map.of("runs", runs), Answers.FoundList.class).found();
    }

    /** Removes what carries one of these tags, wherever it is. */
    public void sweepEffects(Collection<String> tags) {
        wire.ask("sweep", Map.of("effects", tags), Answers.FoundList.class);
    }

    /** Heals what is open, lets the agent leave and ends the channel. */
    @Override
    public void close() {
        lease.close();
        // The channel's end heals too, so it must come even if the farewell fails.
        try (channel) {
            if (isAlive()) {
                wire.ask("bye", Map.of(), JsonObject.class);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long toJvm(long agentNanos) {
        return clock.toJvm(agentNanos, System.nanoTime());
    }

    private void event(JsonObject event) {
        if (event.get("event").getAsString().equals("ended")) {
            String why = event.get("why").getAsString();
            Ended ended = new Ended(why, inJvmTime(gson.fromJson(event, State.class)));
            endedListeners.forEach(listener -> listener.accept(ended));
        }
    }

    private State inJvmTime(State state) {
        return state.by(this::toJvm, clock.uncertaintyNanos());
    }
}
