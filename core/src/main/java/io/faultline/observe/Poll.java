package io.faultline.observe;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Looks again and again, on a thread of its own, until a look sees what is looked for or this is closed. Nobody who waits
 * for it waits longer than asked: a look that does not return is interrupted and then left alone. Looks follow a
 * schedule, not the end of the look before; those that a slow look has missed are left out. Thread-safe.
 */
@API(status = Status.INTERNAL)
public final class Poll implements AutoCloseable {

    /** How far apart looks are unless asked otherwise: as exact as a pull can usefully be. */
    public static final Duration PERIOD = Duration.ofMillis(5);

    private static final Duration GRACE = Duration.ofMillis(100);

    private final Observer observer;
    private final long periodNanos;
    private final Thread thread;
    private Optional<Observation> last = Optional.empty();
    private Optional<Detection> came = Optional.empty();
    private Optional<Throwable> failure = Optional.empty();
    private long lastBeforeNanos;
    private long lookBeganNanos;
    private long restAfterNanos;
    private boolean rests;
    private boolean looking;
    private boolean hasLeft;
    private boolean closed;

    private Poll(Observer observer, Duration period) {
        this.observer = observer;
        this.periodNanos = period.toNanos();
        this.lastBeforeNanos = System.nanoTime();
        this.thread = new Thread(this::run, "faultline-poll");
        thread.setDaemon(true);
    }

    /** Begins to look at once. */
    public static Poll start(Observer observer, Duration period) {
        Poll poll = new Poll(observer, period);
        poll.thread.start();
        return poll;
    }

    private void run() {
        long next = System.nanoTime();
        while (mayLook(next)) {
            try {
                if (looked(observer.observe())) {
                    return;
                }
            } catch (InterruptedException e) {
                fail(e);
                return;
            } catch (RuntimeException | Error e) {
                fail(e);
                return;
            }
            next = Math.max(next + periodNanos, System.nanoTime());
        }
    }

    /** Waits until the next look is due, if there is to be one. */
    private synchronized boolean mayLook(long nanos) {
        try {
            while (!closed) {
                long left = nanos - System.nanoTime();
                if (!rests && left <= 0) {
                    looking = true;
                    lookBeganNanos = System.nanoTime();
                    return true;
                }
                TimeUnit.NANOSECONDS.timedWait(this, rests ? TimeUnit.DAYS.toNanos(1) : left);
            }
        } catch (InterruptedException e) { // what is looked at has interrupted its own thread
            failure = closed ? failure : Optional.of(e);
            closed = true;
            notifyAll();
        }
        leave();
        return false;
    }

    /** Whether it was the last look. */
    private synchronized boolean looked(Observation seen) {
        looking = false;
        last = Optional.of(seen);
        if (seen.ok() && !closed) {
            came = Optional.of(new Detection(lastBeforeNanos, System.nanoTime(), seen.failure()));
            notifyAll();
            leave();
            return true;
        }
        lastBeforeNanos = lookBeganNanos;
        notifyAll();
        rests = restAfterNanos != 0 && lookBeganNanos - restAfterNanos >= 0;
        return false;
    }

    /** Once, when no look is under way any more. */
    private void leave() {
        if (!hasLeft && !looking) {
            hasLeft = true;
            last.ifPresent(observer::left);
        }
    }

    private synchronized void fail(Throwable e) {
        looking = false;
        if (!closed) {
            failure = Optional.of(e);
        }
        closed = true;
        leave();
        notifyAll();
    }

    /** When the last look began that did not see what is looked for, or this was started if there was none. */
    public synchronized long lastBeforeNanos() {
        return lastBeforeNanos;
    }

    /** What was seen last; empty while no look has ended. */
    public synchronized Optional<Observation> last() {
        return last;
    }

    /** When what is looked for was seen, if it was. */
    public synchronized Optional<Detection> came() {
        return came;
    }

    /** Why it cannot be looked any more. An interruption of a look that took too long is none. */
    public synchronized Optional<Throwable> failure() {
        return failure;
    }

    /** Looks until a look that began after this moment has not seen what is looked for, and then not before {@link #wake}. */
    public synchronized void restAfter(long nanos) {
        restAfterNanos = nanos;
    }

    /** Looks on. */
    public synchronized void wake() {
        restAfterNanos = 0;
        rests = false;
        notifyAll();
    }

    /**
     * Waits for the end of a first look.
     *
     * @return whether there was one before the limit
     */
    public synchronized boolean awaitLook(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (last.isEmpty() && failure.isEmpty() && System.nanoTime() - end < 0) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, end - System.nanoTime()));
        }
        return last.isPresent();
    }

    /**
     * Waits until it is seen, it cannot be looked any more, or the limit has passed.
     *
     * @param limitNanos as {@link System#nanoTime()}
     */
    public synchronized Optional<Detection> await(long limitNanos) throws InterruptedException {
        wake();
        long end = limitNanos;
        while (came.isEmpty() && failure.isEmpty()) {
            long left = end - System.nanoTime();
            if (left <= 0 && looking && end == limitNanos) {
                end = System.nanoTime() + GRACE.toNanos(); // for the look that is under way
            } else if (left <= 0) {
                break;
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            if (end != limitNanos && !looking) {
                break;
            }
        }
        return came;
    }

    /**
     * Waits for the end of a look that began after this moment, and of the one that is under way now; or until what is looked
     * for was seen, or cannot be.
     *
     * @return whether it came to that before the limit
     */
    public synchronized boolean awaitLookAfter(long nanos, Duration limit) throws InterruptedException {
        long since = looking && lookBeganNanos - nanos > 0 ? lookBeganNanos : nanos;
        long end = System.nanoTime() + limit.toNanos();
        while (lacksLookAfter(since) && System.nanoTime() - end < 0) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, end - System.nanoTime()));
        }
        return !lacksLookAfter(since);
    }

    private boolean lacksLookAfter(long nanos) {
        return came.isEmpty() && failure.isEmpty() && (looking || !closed) && lastBeforeNanos - nanos < 0;
    }

    /** Where a look stands that does not return, the innermost call first; empty if none is under way. */
    public synchronized Optional<StackTraceElement[]> underWay() {
        return looking ? Optional.of(thread.getStackTrace()) : Optional.empty();
    }

    /** Interrupts a look that does not return, and leaves it alone if it obeys none. Looks no more. */
    public void abandon() {
        close();
        thread.interrupt();
    }

    /** Looks no more; a look that is under way ends by itself. */
    @Override
    public synchronized void close() {
        closed = true;
        leave();
        notifyAll();
    }
}
