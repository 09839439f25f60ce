package io.faultline.inject;

import io.faultline.agent.Agent;
import io.faultline.agent.Answers;
import io.faultline.observe.ShutdownStatus;
import io.faultline.terrain.Site;
import java.time.Duration;
import java.util.Optional;

/** A container that was told to stop, watched by the agent until this is closed. */
public final class ShutdownWatch implements AutoCloseable {

    private final Agent agent;
    private final Site site;
    private final long signalledNanos;

    /** Finds it, so that the signal can be sent at once. */
    @FunctionalInterface
    public interface Beginning {

        /**
         * Looks for it.
         *
         * @throws io.faultline.terrain.TargetException if there is no such running container
         */
        Found find();
    }

    /** It was found, and can be told. */
    @FunctionalInterface
    public interface Found {

        /**
         * Sends the signal to the container's first process.
         *
         * @param signal without SIG: {@code TERM}
         * @param again how long after the first a second one is sent
         * @throws io.faultline.agent.AgentException if the signal cannot be sent
         */
        ShutdownWatch tell(String signal, Optional<Duration> again);
    }

    ShutdownWatch(Agent agent, Site site, String signal, Optional<Duration> again) {
        this.agent = agent;
        this.site = site;
        this.signalledNanos = agent.part(site.namespace(), signal, again);
    }

    /** When the signal was sent, as {@link System#nanoTime()}. */
    public long signalledNanos() {
        return signalledNanos;
    }

    /** The engine's full id. */
    public String containerId() {
        return site.containerId();
    }

    /** What has become of it so far. */
    public ShutdownStatus look() {
        Answers.Parting seen = agent.parted(site.pid());
        return new ShutdownStatus(
                since(seen, seen.endedNanos()),
                since(seen, seen.deafNanos()),
                seen.established(),
                seen.resets(),
                process(seen.before()),
                seen.now().stream().map(ShutdownWatch::process).toList(),
                Optional.ofNullable(seen.behind()));
    }

    private static Optional<Duration> since(Answers.Parting seen, long nanos) {
        return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos - seen.signalledNanos()));
    }

    private static ShutdownStatus.SignalDisposition process(Answers.SignalDisposition seen) {
        return new ShutdownStatus.SignalDisposition(
                seen.pid(), seen.name(), seen.command(), seen.catches(), seen.ignores(), seen.blocks(), seen.waitsIn());
    }

    @Override
    public void close() {
        agent.forget(site.pid());
    }
}
