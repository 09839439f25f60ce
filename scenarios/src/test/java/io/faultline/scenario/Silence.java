package io.faultline.scenario;

import io.faultline.journal.Event;
import java.time.Duration;

/** Hears what a run does, and says nothing. */
class Silence implements Progress {

    @Override
    public void begins(String id, String engine) {}

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
