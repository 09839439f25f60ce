package io.faultline.agent;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Renews an agent's lease from a daemon thread, until it is closed or the agent is gone. Thread-safe. */
final class Lease implements AutoCloseable {

    private static final int RENEWALS = 5;

    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "faultline-agent-lease");
        thread.setDaemon(true);
        return thread;
    });

    /** @param span after which the agent heals all unless it hears of us */
    Lease(Wire wire, Duration span) {
        long period = span.toMillis() / RENEWALS;
        renewal.scheduleAtFixedRate(() -> wire.send("ping", Map.of()), period, period, TimeUnit.MILLISECONDS);
        wire.end().thenRun(renewal::shutdownNow);
    }

    @Override
    public void close() {
        renewal.shutdownNow();
    }
}
