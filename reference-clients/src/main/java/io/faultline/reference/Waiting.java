package io.faultline.reference;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Units that were handed to a worker, and who waits for each. Thread-safe. */
final class Waiting {

    private static final Duration AGAIN = Duration.ofMillis(500);

    /** Of a unit: whether a worker asks for the next one is seen only if that is not in the kernel's tick in which it got this. */
    private static final long LEAST_MILLIS = 10;

    private final Map<String, CompletableFuture<Answer>> units = new ConcurrentHashMap<>();
    private final Duration most;

    /** @param most how long one waits for a unit, besides the time that it takes */
    Waiting(Duration most) {
        this.most = most;
    }

    /**
     * Hands it over and waits until the worker has done it. Hands it over again now and then: after a cut a server can
     * still give it to a connection of the worker's that is long gone.
     *
     * @throws Exception if it could not be handed over
     */
    Answer hand(Unit unit, Handing handing) throws Exception {
        long end = System.nanoTime() + most.plus(unit.takes()).toNanos();
        CompletableFuture<Answer> done = units.computeIfAbsent(unit.name(), name -> new CompletableFuture<>());
        try {
            while (System.nanoTime() < end) {
                handing.hand(unit.name() + " " + unit.takes().toMillis());
                Optional<Answer> answer = await(done, Math.min(AGAIN.toNanos(), end - System.nanoTime()));
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
            return Answer.unavailable("nobody did it in time");
        } finally {
            units.remove(unit.name(), done);
        }
    }

    private static Optional<Answer> await(CompletableFuture<Answer> done, long nanos) throws Exception {
        try {
            return Optional.of(done.get(nanos, TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        }
    }

    /** Does what was handed over and tells who waits for it; unless nobody does, because it was done or given up. */
    void work(String task) throws InterruptedException {
        String[] parts = task.split(" ", 2);
        CompletableFuture<Answer> done = units.get(parts[0]);
        if (done != null) {
            Pause.of(Duration.ofMillis(Math.max(LEAST_MILLIS, Long.parseLong(parts[1]))));
            done.complete(Answer.DONE);
        }
    }

    /** How a task gets to the worker. */
    interface Handing {
        void hand(String task) throws Exception;
    }
}
