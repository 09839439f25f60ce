package io.faultline.shutdown;

import java.util.List;
import java.util.function.LongSupplier;

/** Work that the test counts itself: what was accepted in all and what was done, by the time that each is asked. */
final class CountedWork extends Work {

    private final String what;
    private final LongSupplier accepted;
    private final LongSupplier done;
    private long doneBefore;
    private boolean underWay;

    CountedWork(String what, LongSupplier accepted, LongSupplier done) {
        this.what = what;
        this.accepted = accepted;
        this.done = done;
    }

    @Override
    void begin() {
        // The test has begun it.
    }

    @Override
    void signalled(long nanos) {
        doneBefore = done.getAsLong();
        underWay = accepted.getAsLong() > doneBefore;
    }

    /** What it accepted after the signal counts too: a server that accepts has to finish. */
    @Override
    Tally end() {
        long begun = accepted.getAsLong() - doneBefore;
        return Tally.of(what, underWay ? begun : 0, done.getAsLong() - doneBefore, List.of());
    }
}
