package io.faultline.verify;

import io.faultline.observe.Client;
import io.faultline.observe.ClientActivity;
import io.faultline.observe.ClientActivity.What;
import io.faultline.observe.ClientPorts;
import io.faultline.observe.SocketTable;
import io.faultline.observe.TcpSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Looks at a client's sockets on a thread of its own until it is closed. What it sees before it is told which of them
 * matter is kept until then. Thread-safe.
 */
final class SocketSampler implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration CLOSES_SOON = Duration.ofSeconds(1);
    private static final Set<What> ENDS = EnumSet.of(What.ENDED, What.GIVEN_UP, What.CLOSED);

    private final Client client;
    private final ClientActivity activity = new ClientActivity();
    private final ClientPorts ports = new ClientPorts();
    private final List<Sample> kept = new ArrayList<>();
    private Optional<Predicate<TcpSocket>> matters = Optional.empty();
    private Optional<RuntimeException> blind = Optional.empty();
    private long lastBeganNanos = System.nanoTime() - PERIOD.toNanos();
    private long lastSeenNanos = lastBeganNanos;
    private boolean seen;
    private boolean closed;

    private record Sample(long beganNanos, SocketTable table) {}

    private SocketSampler(Client client) {
        this.client = client;
    }

    static SocketSampler start(Client client) {
        SocketSampler sampler = new SocketSampler(client);
        if (client.sockets().isPresent()) {
            Thread thread = new Thread(sampler::run, "faultline-sockets");
            thread.setDaemon(true);
            thread.start();
        }
        return sampler;
    }

    private void run() {
        while (pause()) {
            long began = System.nanoTime();
            try {
                take(new Sample(began, client.look()));
            } catch (RuntimeException e) { // of the agent or the engine: what could not be seen is not attributed
                failed(e);
            }
        }
    }

    private synchronized boolean pause() {
        long due = lastBeganNanos + PERIOD.toNanos() - System.nanoTime();
        try {
            if (due > 0 && !closed) {
                TimeUnit.NANOSECONDS.timedWait(this, due);
            }
        } catch (InterruptedException e) {
            closed = true; // nobody has this thread
        }
        lastBeganNanos = System.nanoTime();
        return !closed;
    }

    private synchronized void take(Sample sample) {
        lastSeenNanos = sample.beganNanos();
        seen = true;
        blind = Optional.empty();
        ports.look(sample.beganNanos(), sample.table());
        if (matters.isPresent()) {
            record(sample, matters.get());
        } else {
            kept.add(sample);
        }
        notifyAll();
    }

    private void record(Sample sample, Predicate<TcpSocket> wanted) {
        activity.look(sample.beganNanos(), sample.table().only(wanted));
    }

    private synchronized void failed(RuntimeException e) {
        blind = Optional.of(e);
        notifyAll();
    }

    /** From now on only these sockets matter. */
    synchronized void follow(Predicate<TcpSocket> wanted) {
        matters = Optional.of(wanted);
        kept.forEach(sample -> record(sample, wanted));
        kept.clear();
    }

    /** Waits for a look that begins after this moment, but not for long, and not where nothing was ever seen. */
    synchronized void awaitLookAfter(long nanos) throws InterruptedException {
        if (client.sockets().isEmpty()) {
            return;
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!closed && (seen || blind.isEmpty()) && lastSeenNanos - nanos < 0 && System.nanoTime() - end < 0) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, end - System.nanoTime()));
        }
    }

    /**
     * Whether the client, as far as can be seen, has ended none of its connections since a moment: looked at for a while longer, as it
     * may close one only after it has said that it is gone.
     */
    boolean seesNoEndSince(long nanos) throws InterruptedException {
        long limit = System.nanoTime() + CLOSES_SOON.toNanos();
        while (client.sockets().isPresent() && blind().isEmpty()) {
            if (activity.first(event -> ENDS.contains(event.what()) && event.nanos() - nanos >= 0)
                    .isPresent()) {
                return false;
            }
            if (System.nanoTime() - limit >= 0) {
                return true;
            }
            awaitLookAfter(System.nanoTime());
        }
        return false;
    }

    ClientActivity activity() {
        return activity;
    }

    /** When which ports of UDP were the client's. */
    ClientPorts ports() {
        return ports;
    }

    /** Why the client's sockets cannot be seen now; empty if they can. */
    synchronized Optional<RuntimeException> blind() {
        return blind;
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
