package io.faultline.scenario;

import io.faultline.fault.BlockedStdout;
import io.faultline.verify.Trial;
import java.time.Duration;

/** Nobody reads what a system logs, and it goes on working. */
final class BlockedOutput implements Scenario {

    private static final Duration STEADY = Duration.ofSeconds(15);
    private static final Duration WORKS = Duration.ofSeconds(5);
    private static final int UNITS = 10;

    @Override
    public String name() {
        return "blocked-stdout";
    }

    @Override
    public String title() {
        return "A service works on while nobody reads its logs";
    }

    @Override
    public String why() {
        return "When the collector of the logs hangs or its disk is full, a write to standard output waits. Whoever logs "
                + "while he works stands still then, and soon everyone who wants to log after him.";
    }

    @Override
    public void play(Stage stage) throws InterruptedException {
        try (ReferenceSystem system = stage.startSystem(Weakness.LOGGING)) {
            stage.awaitSteady("it does its work", system.does(1), STEADY);

            Trial trial = stage.during(BlockedStdout.of(system.target()));
            stage.waitsFor("it works on", WORKS);
            trial.expect("it works on", system.does(UNITS)).within(WORKS);

            stage.waitsFor("it works when its logs are read again", WORKS);
            trial.afterHealing("it works when its logs are read again", system.does(1))
                    .within(WORKS);
        }
    }
}
