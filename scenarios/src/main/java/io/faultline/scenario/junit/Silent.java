package io.faultline.scenario.junit;

import io.faultline.journal.Event;
import io.faultline.scenario.Result;
import io.faultline.scenario.Settings;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.run.Progress;
import java.time.Duration;

/** A test tells what happened when it has ended, by its journal. */
record Silent() implements Progress {

    @Override
    public void begins(Scenario scenario, Settings settings) {}

    @Override
    public void prepares(String what) {}

    @Override
    public void waitsFor(String what, Duration bound) {}

    @Override
    public void happened(Event event) {}

    @Override
    public void ended(Result result) {}
}
