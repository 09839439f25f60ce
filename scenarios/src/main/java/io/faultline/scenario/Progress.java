package io.faultline.scenario;

import io.faultline.journal.Event;
import java.time.Duration;

/** Hears what a run does while it does it. Called from the run's thread, {@link #happened} from others too. */
public interface Progress {

    /**
     * A run begins.
     *
     * @param id what every rule and container of it is named by
     */
    void begins(String id, String engine);

    void begins(Scenario scenario, Settings settings);

    /** Something is prepared that takes a while. */
    void prepares(String what);

    /** From now on, and for as long as the bound at most, this is waited for. */
    void waitsFor(String what, Duration bound);

    void happened(Event event);

    void ended(Result result);
}
