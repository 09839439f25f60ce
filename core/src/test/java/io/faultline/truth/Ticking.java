package io.faultline.truth;

import io.faultline.observe.Condition.Action;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Does something again and again, on a thread of its own, until it is closed. */
final class Ticking implements AutoCloseable {

    private final CountDownLatch over = new CountDownLatch(1);

    private Ticking(Duration period, Action action) {
        Thread thread = new Thread(() -> run(period, action), "ticking");
        thread.setDaemon(true);
        thread.start();
    }

    static Ticking every(Duration period, Action action) {
        return new Ticking(period, action);
    }

    private void run(Duration period, Action action) {
        try {
            while (!over.await(period.toMillis(), TimeUnit.MILLISECONDS)) {
                action.run();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        over.countDown();
    }
}
