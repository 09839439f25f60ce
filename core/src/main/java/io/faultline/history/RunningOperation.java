package io.faultline.history;

import io.faultline.journal.Journal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An operation from its call on. Thread-safe. */
final class RunningOperation {

    private final Journal journal;
    private final int number;
    private final long invokedNanos;
    private volatile Operation now;

    RunningOperation(Journal journal, int number, int process, Operation.Kind kind, String key, String value) {
        this.journal = journal;
        this.number = number;
        this.invokedNanos = System.nanoTime();
        Duration invoked = journal.at(invokedNanos);
        this.now =
                new Operation(process, kind, key, value, Completion.UNKNOWN, List.of(), "", invoked, Optional.empty());
    }

    void end(Completion completion, List<String> answer, String failure) {
        Duration completed = journal.at(System.nanoTime());
        now = new Operation(
                now.process(),
                now.kind(),
                now.key(),
                now.value(),
                completion,
                answer,
                failure,
                now.invoked(),
                Optional.of(completed));
    }

    Operation now() {
        return now;
    }

    String key() {
        return now.key();
    }

    boolean isRunning() {
        return now.completed().isEmpty();
    }

    /** Counted from 1, in the order of calls. */
    int number() {
        return number;
    }

    long invokedNanos() {
        return invokedNanos;
    }
}
