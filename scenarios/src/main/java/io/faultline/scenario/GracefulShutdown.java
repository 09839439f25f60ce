package io.faultline.scenario;

import java.time.Duration;

/** A system is told to stop in the middle of its work, and finishes it first. */
final class GracefulShutdown implements Scenario {

    private static final Duration STEADY = Duration.ofSeconds(15);
    private static final Duration TAKES = Duration.ofMillis(1500);
    private static final Duration GRACE = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "graceful-shutdown";
    }

    @Override
    public String title() {
        return "A service is told to stop in the middle of its work";
    }

    @Override
    public String why() {
        return "Every deployment sends SIGTERM. A program that does not handle it is killed after its grace period, or ends "
                + "at once: either way it loses what it was doing.";
    }

    @Override
    public void play(Stage stage) throws InterruptedException {
        try (ReferenceSystem system = stage.startSystem(Weakness.SIGTERM)) {
            stage.awaitSteady("it does its work", system.does(1), STEADY);
            Work work = system.work(TAKES);
            stage.waitsFor("it stops", GRACE);
            stage.terminate(system)
                    .justBefore(() -> {
                        work.begin();
                        stage.awaitSteady("work is under way", work::isBegun, STEADY);
                    })
                    .finishing("the work is done", work::isDone)
                    .lastLogLine("bye")
                    .within(GRACE);
        }
    }
}
