package io.faultline.scenario.truth;

import io.faultline.journal.Event;
import io.faultline.scenario.Result;
import io.faultline.scenario.Settings;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.run.Progress;
import java.time.Duration;

/** Hears what is played, and shows nobody: the result is looked at. */
final class Unheard implements Progress {

    @Override
    public void begins(Scenario scenario, Settings settings) {
        // one of many
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
