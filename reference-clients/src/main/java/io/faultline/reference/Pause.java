package io.faultline.reference;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Time in which a thread does nothing. */
final class Pause {

    private Pause() {}

    static void of(Duration length) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(length.toNanos());
    }
}
