package io.faultline.reference;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bounds the time of a unit as a whole. A timeout of a read does not: an answer that trickles is in time with every byte.
 * Thread-safe.
 */
final class Deadline {

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "unit");
        thread.setDaemon(true);
        return thread;
    });
    private final Duration limit;

    /** @param limit besides the time that the unit takes */
    Deadline(Duration limit) {
        this.limit = limit;
    }

    /**
     * Does it in a thread of its own.
     *
     * @param giveUp ends what that thread waits for, once it is too late
     */
    Answer work(Unit unit, Callable<Answer> work, Runnable giveUp) throws Exception {
        Future<Answer> answer = threads.submit(work);
        try {
            return answer.get(limit.plus(unit.takes()).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Answer.unavailable("not done within " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } finally {
            answer.cancel(true);
            giveUp.run();
        }
    }
}
