package io.faultline.docker.output;

import io.faultline.agent.Agent;
import io.faultline.agent.AgentException;
import io.faultline.agent.Answers.Filled;
import io.faultline.agent.Answers.Writers;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.effect.Count;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.UnreadOutput;
import io.faultline.effect.UnreadOutput.Stream;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.inject.ActiveEffects;
import io.faultline.inject.Evidence;
import io.faultline.inject.OpenOptions;
import io.faultline.observe.BoundedWait;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One container's output that nobody reads. Who waits in its pipe is looked at all the time, since he may be killed before
 * anybody asks. Thread-safe.
 */
final class UnreadOutputs implements ActiveEffects {

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    /** After so long without room, Docker does not read: or it is very busy, and goes on later. */
    private static final Duration STANDSTILL = Duration.ofMillis(300);

    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private final DockerEngine engine;
    private final Supplier<Agent> agent;
    private final UnreadOutput effect;
    private final List<Integer> descriptors;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "faultline-unread-output");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Integer> blocked = new HashSet<>();
    private Optional<UnreadStream> stream = Optional.empty();
    private Optional<String> invalidated = Optional.empty();
    private long fillerBytes;
    private long inForceNanos;

    private UnreadOutputs(DockerEngine engine, Supplier<Agent> agent, UnreadOutput effect) {
        this.engine = engine;
        this.agent = agent;
        this.effect = effect;
        this.descriptors = effect.streams().stream().map(Stream::descriptor).toList();
    }

    /**
     * Takes the output and fills what is behind it, or only finds out that it could.
     *
     * @throws ImpossibleFaultException if it does not block, or cannot
     */
    static UnreadOutputs open(DockerEngine engine, Supplier<Agent> agent, UnreadOutput effect, OpenOptions options) {
        UnreadOutputs open = new UnreadOutputs(engine, agent, effect);
        try {
            open.waiting(); // refuses what is no pipe before anything is touched
            if (!options.lifted()) {
                open.restore();
            }
        } catch (RuntimeException e) {
            open.looks.shutdownNow();
            throw e;
        }
        open.inForceNanos = System.nanoTime();
        long period = LOOK_EVERY.toMillis();
        open.looks.scheduleWithFixedDelay(open::look, period, period, TimeUnit.MILLISECONDS);
        open.looks.schedule(open::endAtMaximum, options.maximum().toMillis(), TimeUnit.MILLISECONDS);
        return open;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public List<Long> inForceNanos() {
        return List.of(inForceNanos);
    }

    private Writers waiting() {
        return agent.get().writers(effect.pid(), descriptors);
    }

    /**
     * Sees who waits. A container that has died ends the fault: Docker would not let go of it before its output was read, and
     * every question to Docker about it would wait too.
     */
    private synchronized void look() {
        if (stream.isEmpty()) {
            return;
        }
        try {
            Writers seen = waiting();
            blocked.addAll(seen.writers());
            if (!seen.alive()) {
                invalidate(Evidence.TARGET_DIED);
                release();
            } else if (stream.get().endedByItself()) {
                invalidate("Docker ended the unread stream");
                release();
            } else if (effect.filled() && seen.writers().isEmpty()) {
                topUp();
            }
        } catch (RuntimeException e) { // of the agent or the engine: neither may keep the stream from being closed
            invalidate("who waits in the pipe could not be seen all the time: " + e.getMessage());
        }
    }

    private void invalidate(String why) {
        invalidated = invalidated.or(() -> Optional.of(why));
    }

    /** On a very busy machine Docker takes some more before it stops reading. */
    private void topUp() {
        try {
            agent.get()
                    .fill(effect.pid(), descriptors, Duration.ZERO)
                    .values()
                    .forEach(into -> fillerBytes += into.bytes());
        } catch (AgentException e) {
            return; // the target has just died, which the next look will tell
        }
    }

    private void release() {
        stream.ifPresent(UnreadStream::close);
        stream = Optional.empty();
    }

    private synchronized void endAtMaximum() {
        if (stream.isPresent()) {
            lift();
            invalidate("it ended early: the maximum duration was reached");
        }
    }

    @Override
    public synchronized Evidence read() {
        look();
        long found = blocked.size();
        return new Evidence(List.of(Count.ofContainer(EvidenceUnit.BLOCKED, found, found)), invalidated);
    }

    @Override
    public synchronized Healing heal() {
        Evidence evidence = read();
        long nanos = lift();
        looks.shutdownNow();
        if (fillerBytes == 0) {
            return new Healing(nanos, evidence);
        }
        return new Healing(
                nanos,
                evidence,
                List.of(fillerBytes + " bytes of filler are in the log of " + effect.place()
                        + ", in lines that begin with \"faultline:\""));
    }

    @Override
    public synchronized long lift() {
        look();
        boolean wasOpen = stream.isPresent();
        release();
        if (wasOpen && invalidated.isEmpty()) {
            awaitDrained();
        }
        return System.nanoTime();
    }

    /** Docker hears of the closed stream a moment later, and reads what has gathered. */
    private void awaitDrained() {
        try {
            BoundedWait.until(List::isEmpty, () -> waiting().writers(), DRAIN_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException gone) {
            return; // the container has ended, the agent, or the engine; the stream is closed in any case
        }
    }

    @Override
    public synchronized long restore() {
        UnreadStream opened = new UnreadStream(engine.client(), effect);
        try {
            if (effect.filled()) {
                fill();
            }
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        stream = Optional.of(opened);
        return System.nanoTime();
    }

    private void fill() {
        Map<String, Filled> filled = agent.get().fill(effect.pid(), descriptors, STANDSTILL);
        filled.forEach((name, into) -> {
            fillerBytes += into.bytes();
            if (!into.full()) {
                throw new ImpossibleFaultException(
                        "Cannot block " + name + " of " + effect.place() + ": " + into.bytes()
                                + " bytes went in within 5 s, and there is still room. Somebody besides Docker reads it, or Docker's "
                                + "log driver writes slower than the pipe fills. Use withoutFilling(), and let the container log.");
            }
        });
    }

    @Override
    public long retune(List<Effect> to) {
        throw new IllegalArgumentException(
                "\"" + effect.summary() + "\" has no strength that could be changed while it is open.");
    }
}
