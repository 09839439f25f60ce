package io.faultline.shutdown;

import io.faultline.inject.ShutdownWatch;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.BoundedWait;
import io.faultline.observe.ContainerRun;
import io.faultline.observe.ExitStatus;
import io.faultline.observe.ExitStatuses;
import io.faultline.observe.ShutdownStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sends one container its signal while work is under way, and watches what becomes of both. For one thread. */
final class StopExecution {

    private static final Duration ENGINE_LAG = Duration.ofSeconds(10);

    private final String target;
    private final ExitStatuses exitStatuses;
    private final Journal journal;
    private final List<Work> work = new ArrayList<>();
    private Optional<Duration> timeToEnd = Optional.empty();

    /** @param target what reports call it */
    StopExecution(String target, ExitStatuses exitStatuses, Journal journal) {
        this.target = target;
        this.exitStatuses = exitStatuses;
        this.journal = journal;
    }

    /** What was seen of it in the end. */
    record Result(ShutdownStatus seen, Optional<String> restartPolicy, Shutdown shutdown) {}

    /** What is to be under way at the signal. */
    void add(Work one) {
        work.add(one);
    }

    /** As {@link Termination#timeToEnd}. */
    Optional<Duration> timeToEnd() {
        return timeToEnd;
    }

    /**
     * Blocks until the container has ended and the engine knows how, or the bound is over.
     *
     * @param again how long after the first a second signal is sent
     */
    Result run(ShutdownWatch.Found found, StopSignal sending, Optional<Duration> again, Duration bound)
            throws InterruptedException {
        List<Tally> tallies = new ArrayList<>();
        try {
            for (Work each : work) {
                each.begin();
            }
            try (ShutdownWatch watch = found.tell(sending.name(), again)) {
                work.forEach(each -> each.signalled(watch.signalledNanos()));
                ShutdownStatus seen = awaitEnd(watch, bound);
                Optional<ExitStatus> exit = exitStatus(seen, watch);
                recordEnd(watch, seen, exit);
                for (Work each : work) {
                    tallies.add(each.end());
                }
                if (exit.isPresent()) {
                    seen = watch.look(); // by now its parent has waited for it, so that the kernel tells how it ended
                }
                Optional<String> restartPolicy = exit.isPresent()
                        ? Optional.empty()
                        : exitStatuses.restartPolicy(watch.run().containerId());
                return new Result(seen, restartPolicy, Shutdown.of(seen, exit, tallies));
            }
        } finally {
            if (tallies.size() < work.size()) {
                for (Work each : work) {
                    each.end();
                }
            }
        }
    }

    private static ShutdownStatus awaitEnd(ShutdownWatch watch, Duration bound) throws InterruptedException {
        return BoundedWait.until(seen -> seen.ended().isPresent(), watch::look, bound);
    }

    /** The engine hears of the end a little later. */
    private Optional<ExitStatus> exitStatus(ShutdownStatus seen, ShutdownWatch watch) throws InterruptedException {
        if (seen.ended().isEmpty()) {
            return Optional.empty();
        }
        ContainerRun run = watch.run();
        return BoundedWait.until(
                Optional::isPresent, () -> exitStatuses.of(run, watch.look().exitCode()), ENGINE_LAG);
    }

    private void recordEnd(ShutdownWatch watch, ShutdownStatus seen, Optional<ExitStatus> exit) {
        timeToEnd = seen.ended();
        String code = exit.map(known -> " with exit code " + known.exitCode()).orElse("");
        seen.ended()
                .ifPresent(took -> journal.record(
                        Kind.ENDED,
                        watch.signalledNanos() + took.toNanos(),
                        target + " ended" + code,
                        Map.of("took_ns", Long.toString(took.toNanos()))));
    }
}
