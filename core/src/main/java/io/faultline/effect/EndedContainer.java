package io.faultline.effect;

import io.faultline.topology.Hop;
import io.faultline.topology.NetworkNamespace;
import java.time.Duration;
import java.util.Optional;

/**
 * A container whose first process is ended, and with it all others; taking it back is to start it again, as another
 * process in other namespaces, with what its image and its volumes hold.
 *
 * @param namespace where its first process lives
 * @param signal that tells it to end, without SIG: {@code TERM}
 * @param grace how long it has before SIGKILL ends it
 * @param startsAgain whether it is started again at once, and not only when it is healed
 */
public record EndedContainer(
        String place,
        String containerId,
        NetworkNamespace namespace,
        String signal,
        Duration grace,
        boolean startsAgain)
        implements ContainerChange {

    @Override
    public String summary() {
        return (startsAgain ? "restart " : "end ") + place + " by SIG" + signal
                + (signal.equals("KILL") ? "" : ", and by SIGKILL after " + grace.toMillis() / 1000.0 + " s");
    }

    @Override
    public Impact impact() {
        return Impact.STOPS;
    }

    /** Nobody answers at its addresses but its kernel, and soon not even that. */
    @Override
    public boolean hits(Hop hop) {
        return true;
    }

    @Override
    public boolean stopsAll() {
        return true;
    }

    @Override
    public Optional<String> cure() {
        return Optional.of(
                "A container that ends closes or resets its connections, and refuses new ones. Let the client act "
                        + "on that at once, and connect again with growing pauses until it is there.");
    }

    /** What else is done to it at the same time ends with it. */
    @Override
    public boolean endsItsTarget() {
        return true;
    }

    /** What is done to its processes ends with them. */
    @Override
    public boolean overlaps(Effect other) {
        return other instanceof ContainerChange change && containerId.equals(change.containerId());
    }
}
