package io.faultline.inject;

import io.faultline.agent.Agent;
import io.faultline.agent.ShutdownState;
import io.faultline.agent.SignalDisposition;
import io.faultline.observe.ContainerRun;
import io.faultline.observe.ShutdownStatus;
import io.faultline.topology.ResolvedTarget;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A container that was told to stop, watched by the agent until this is closed. */
@API(status = Status.INTERNAL)
public final class ShutdownWatch implements AutoCloseable {

    private static final int SIGNAL_MASK = 0x7F;
    private static final int CODE_SHIFT = 8;
    private static final int CODE_MASK = 0xFF;
    private static final int KILLED_BY_SIGNAL = 128;

    private final Agent agent;
    private final ResolvedTarget resolved;
    private final long signalledNanos;

    /** Finds it, so that the signal can be sent at once. */
    @FunctionalInterface
    public interface Beginning {

        /**
         * Looks for it.
         *
         * @throws io.faultline.topology.TargetException if there is no such running container
         */
        Found find();
    }

    /** It was found, and can be told. */
    public interface Found {

        /** The signal by which its engine stops it, as the image or the command that started it says: {@code SIGQUIT}, {@code 3}. */
        String stopSignal();

        /**
         * Sends the signal to the container's first process.
         *
         * @param signal without SIG: {@code TERM}
         * @param again how long after the first a second one is sent
         * @throws io.faultline.agent.AgentException if the signal cannot be sent
         */
        ShutdownWatch tell(String signal, Optional<Duration> again);
    }

    ShutdownWatch(Agent agent, ResolvedTarget resolved, String signal, Optional<Duration> again) {
        this.agent = agent;
        this.resolved = resolved;
        this.signalledNanos = agent.part(resolved.namespace(), signal, again);
    }

    /** When the signal was sent, as {@link System#nanoTime()}. */
    public long signalledNanos() {
        return signalledNanos;
    }

    /** The run of the container that the signal is to end. */
    public ContainerRun run() {
        Instant began = Instant.ofEpochMilli(agent.parted(resolved.pid()).beganMillis());
        return new ContainerRun(resolved.containerId(), resolved.pid(), began);
    }

    /** What has become of it so far. */
    public ShutdownStatus look() {
        ShutdownState seen = agent.parted(resolved.pid());
        return new ShutdownStatus(
                since(seen, seen.endedNanos()),
                since(seen, seen.deafNanos()),
                seen.established(),
                seen.resets(),
                seen.unaccepted(),
                Optional.ofNullable(seen.status()).map(ShutdownWatch::exitCode),
                seen.handles(),
                seen.pending(),
                process(seen.before()),
                seen.now().stream().map(ShutdownWatch::process).toList(),
                Optional.ofNullable(seen.behind()),
                seen.felled(),
                seen.shared());
    }

    /** Of what wait(2) says; of a process that a signal killed as shells and engines say it. */
    private static int exitCode(int status) {
        int signal = status & SIGNAL_MASK;
        return signal == 0 ? status >> CODE_SHIFT & CODE_MASK : KILLED_BY_SIGNAL + signal;
    }

    private static Optional<Duration> since(ShutdownState seen, long nanos) {
        return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos - seen.signalledNanos()));
    }

    private static ShutdownStatus.SignalDisposition process(SignalDisposition seen) {
        return new ShutdownStatus.SignalDisposition(
                seen.pid(), seen.name(), seen.command(), seen.catches(), seen.ignores(), seen.blocks(), seen.waitsIn());
    }

    @Override
    public void close() {
        agent.forget(resolved.pid());
    }
}
