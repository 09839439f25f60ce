package io.faultline.scenario.run;

import io.faultline.journal.Event;
import io.faultline.scenario.Result;
import io.faultline.scenario.Settings;
import io.faultline.scenario.model.Scenario;
import java.time.Duration;

/** Hears what is played, and shows nobody. */
final class Silence implements Progress {

    @Override
    public void begins(Scenario scenario, Settings settings) {
        // its result is looked at
    }

    @Override
    public void prepares(String what) {
        // nobody waits before a screen
    }

    @Override
    public void waitsFor(String what, Duration bound) {
        // likewise
    }

    @Override
    public void happened(Event event) {
        // it is in the journal
    }

    @Override
    public void ended(Result result) {
        // it is returned
    }
}
