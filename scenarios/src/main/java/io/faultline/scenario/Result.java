package io.faultline.scenario;

import io.faultline.journal.Journal;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.Optional;

/**
 * What came out of one scenario.
 *
 * @param took all of it, with the start and the end of its system
 * @param settings those that made a difference
 * @param timeToDetect from the fault in force to what the client noticed first
 * @param timeToRecover from the healing to the client's work being done again
 * @param timeToEnd from the signal to the end of the system that was told to stop
 * @param control what happened when it was played again without arming the faults, if it was
 */
public record Result(
        String scenario,
        About about,
        Settings settings,
        Verdict verdict,
        Duration took,
        Optional<Duration> timeToDetect,
        Optional<Duration> timeToRecover,
        Optional<Duration> timeToEnd,
        Journal journal,
        Optional<Journal> control) {

    /** Of one that was played without a control. */
    public Result(
            String scenario,
            About about,
            Settings settings,
            Verdict verdict,
            Duration took,
            Optional<Duration> timeToDetect,
            Optional<Duration> timeToRecover,
            Optional<Duration> timeToEnd,
            Journal journal) {
        this(
                scenario,
                about,
                settings,
                verdict,
                took,
                timeToDetect,
                timeToRecover,
                timeToEnd,
                journal,
                Optional.empty());
    }
}
