package io.faultline.shutdown;

import io.faultline.observe.BoundedWait;
import io.faultline.observe.Condition;
import io.faultline.verify.InconclusiveError;
import java.time.Duration;
import java.util.List;

/** One piece of work that the test has begun, and of which it can tell when it is done. */
final class AwaitedWork extends Work {

    /** A client that waits for an answer receives it a little later than it was sent. */
    private static final Duration ANSWER_LAG = Duration.ofSeconds(1);

    private final String what;
    private final Condition done;
    private boolean underWay;

    AwaitedWork(String what, Condition done) {
        this.what = what;
        this.done = done;
    }

    @Override
    void begin() {
        if (isDone()) {
            throw new InconclusiveError(
                    '"' + what + "\" was true before the signal already, so nothing was under way, and "
                            + "nothing was sent. Begin work that takes longer.");
        }
    }

    @Override
    void signalled(long nanos) {
        underWay = !isDone();
    }

    @Override
    Tally end() throws InterruptedException {
        boolean finished = BoundedWait.until(done -> done, this::isDone, ANSWER_LAG);
        return new Tally(what, true, underWay ? 1 : 0, finished ? 1 : 0, List.of());
    }

    private boolean isDone() {
        try {
            return done.holds();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InconclusiveError("Interrupted while looking at \"" + what + "\".", e);
        } catch (Exception | AssertionError e) {
            throw new InconclusiveError('"' + what + "\" could not be looked at: " + e, e);
        }
    }
}
