package io.faultline.scenario.run;

import io.faultline.journal.Event;
import io.faultline.scenario.Result;
import io.faultline.scenario.Settings;
import io.faultline.scenario.model.Scenario;
import java.time.Duration;

/** Hears what a scenario does while it is played. Called from the threads that play it. */
public interface Progress {

    void begins(Scenario scenario, Settings settings);

    /** Something is prepared that takes a while. */
    void prepares(String what);

    /** From now on, and for as long as the bound at most, this is waited for. */
    void waitsFor(String what, Duration bound);

    void happened(Event event);

    void ended(Result result);
}
