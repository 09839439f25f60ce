package io.faultline.scenario.probe;

import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;

/** A probe whose answer can be read in full, and that can carry a number: a call of a history, or the truth about one. */
public interface Exchange extends Probe {

    /** What stands for the number of the call in what is sent. */
    String NUMBER = "{n}";

    /** How much of an answer is read at most, in bytes. */
    int KEPT_BYTES = 1 << 20;

    /** It, with this number wherever {@link #NUMBER} stands; the same if that stands nowhere. */
    Exchange numbered(String number);

    /**
     * Asks once, as {@link #look} does.
     *
     * @throws ProbeException as {@link #look}
     */
    Reply ask(RunningSystem system, Duration within) throws InterruptedException;

    /**
     * What came back.
     *
     * @param code the status of HTTP, or the exit code; empty if there was no answer
     * @param text the first megabyte of it
     */
    record Reply(Observation seen, OptionalInt code, String text) {

        /** Whether there may be more of it. */
        public boolean isCut() {
            return text.getBytes(StandardCharsets.UTF_8).length >= KEPT_BYTES;
        }
    }
}
