package io.faultline.verify;

import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.Detection;
import io.faultline.observe.Detector;
import io.faultline.observe.Observation;
import io.faultline.observe.Poll;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Something that is looked at from before a fault is injected, without a gap, until it comes true or nobody wants to know
 * any more. Thread-safe.
 */
@API(status = Status.INTERNAL)
public final class Expectation implements AutoCloseable {

    private final Subject subject;
    private final Poll poll;
    private volatile boolean wasLost;

    private Expectation(Subject subject) {
        this.subject = subject;
        this.poll = Poll.start(subject.observer(), subject.period());
    }

    static Expectation begin(Subject subject) {
        return new Expectation(subject);
    }

    Subject subject() {
        return subject;
    }

    /** Waits for the end of the first look; whether there was one in time. */
    boolean awaitLook(Duration limit) throws InterruptedException {
        return poll.awaitLook(limit);
    }

    /** Waits for the end of a look that began after this moment; whether there was one in time, or none is needed. */
    boolean awaitLookAfter(long nanos, Duration limit) throws InterruptedException {
        return poll.awaitLookAfter(nanos, limit);
    }

    /** Looks until it was seen not to be true under a fault that is in force, and not again before it is waited for. */
    void restAfter(long inForceNanos) {
        poll.restAfter(inForceNanos);
    }

    /**
     * Waits until it comes true, or the limit has passed; an interruption leaves it as it is.
     *
     * @throws VerdictException if it cannot be looked at, so that nothing is known of it
     */
    public Optional<Detection> await(long limitNanos) throws InterruptedException {
        poll.await(limitNanos);
        requireObservable();
        return came();
    }

    /** When it came true, if it did: by the client's own word, if there is one. */
    Optional<Detection> came() {
        return poll.came()
                .map(seen -> subject.detector().flatMap(Detector::detection).orElse(seen));
    }

    /** How long after a moment it came true, if it did; zero if that was before. */
    public Optional<Duration> tookSince(long nanos) {
        return came().map(seen -> Duration.ofNanos(Math.max(0, seen.firstAfterNanos() - nanos)));
    }

    /** What was seen last; empty before the first look has ended. */
    public Optional<Observation> last() {
        return poll.last();
    }

    /** The same in words, where it says more than yes or no. */
    Optional<String> detail() {
        return last().map(Observation::detail).filter(seen -> !seen.equals("true") && !seen.equals("false"));
    }

    /** What was seen last in words, for people. */
    String lastSeen() {
        return last().map(Observation::detail).orElse("nothing");
    }

    /** Whether it cannot be looked at any more. */
    boolean hasFailed() {
        return poll.failure().isPresent();
    }

    /** @throws VerdictException if it cannot be looked at, so that nothing is known of it */
    void requireObservable() {
        poll.failure().ifPresent(why -> {
            throw new VerdictException(LookJudge.notObservable(subject.what(), why));
        });
    }

    /** Writes down that it came true. */
    void record(Detection seen, Journal journal) {
        journal.record(
                Kind.DETECTED,
                seen.firstAfterNanos(),
                subject.what()
                        + seen.failure()
                                .map(Object::toString)
                                .or(this::detail)
                                .map(text -> ": " + text)
                                .orElse(""),
                Map.of("uncertainty_ns", Long.toString(seen.uncertainty().toNanos())));
    }

    /** Where a look stands that is under way. */
    Optional<StackTraceElement[]> underWay() {
        return poll.underWay();
    }

    /** It was seen not to be true, or nothing was seen, just before a healing. */
    void lost() {
        wasLost = true;
    }

    boolean wasLost() {
        return wasLost;
    }

    /** Interrupts a look that does not come back. */
    void abandon() {
        poll.abandon();
    }

    @Override
    public void close() {
        poll.close();
    }
}
