package io.faultline.observe;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Looks again and again, every 10 ms, for so long at the most. */
@API(status = Status.INTERNAL)
public final class BoundedWait {

    private static final Duration EVERY = Duration.ofMillis(10);

    private BoundedWait() {}

    /** What was seen last: what was looked for, or what was there when the time was over. */
    public static <T> T until(Predicate<T> wanted, Supplier<T> look, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        T seen = look.get();
        while (!wanted.test(seen) && System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.sleep(EVERY.toNanos());
            seen = look.get();
        }
        return seen;
    }
}
