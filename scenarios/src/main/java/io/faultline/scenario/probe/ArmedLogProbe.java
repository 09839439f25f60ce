package io.faultline.scenario.probe;

import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A {@link LogProbe} for which only lines count that were written later than a time. Thread-safe. */
final class ArmedLogProbe implements Probe {

    private final LogProbe probe;
    private final String armedAt;

    /** Up to where everything was read. It only saves reading, so that looks need no order. */
    private final AtomicReference<String> readUpTo;

    /** What was written stays written. */
    private final AtomicReference<Optional<String>> found = new AtomicReference<>(Optional.empty());

    /** @param armedAt the timestamp of the last line that does not count; empty if all count */
    ArmedLogProbe(LogProbe probe, String armedAt) {
        this.probe = probe;
        this.armedAt = armedAt;
        this.readUpTo = new AtomicReference<>(armedAt);
    }

    @Override
    public String role() {
        return probe.role();
    }

    @Override
    public Observation look(RunningSystem system, Duration within) throws InterruptedException {
        return ProbeExecution.within(within, look -> {
            if (found.get().isEmpty()) {
                ContainerLog log = ContainerLog.since(readUpTo.get(), system.container(probe.role()), look);
                found.compareAndSet(Optional.empty(), log.firstLater(armedAt, probe.finds()));
                readUpTo.set(log.lastTime());
            }
            return found.get()
                    .map(line ->
                            new ProbeResult(true, probe.meaning() + " was written", "\"" + Text.excerpt(line) + "\""))
                    .orElseGet(() -> ProbeResult.notOk(probe.meaning() + " was not written"));
        });
    }
}
