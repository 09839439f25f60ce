package io.faultline.scenario;

import io.faultline.fault.Pause;
import io.faultline.verify.Trial;
import java.time.Duration;

/** The Redis that a system depends on stands still, and keeps its connections. */
final class PausedDependency implements Scenario {

    private static final Duration STEADY = Duration.ofSeconds(15);
    private static final Duration NOTICES = Duration.ofSeconds(5);
    private static final Duration WORKS_AGAIN = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "paused-dependency";
    }

    @Override
    public String title() {
        return "A service needs its Redis, which stands still";
    }

    @Override
    public String why() {
        return "A process that swaps, collects garbage or was paused keeps its connections, and its kernel answers "
                + "keepalives. Whoever waits for its answer without a bound of his own waits as long as it stands.";
    }

    @Override
    public void play(Stage stage) throws InterruptedException {
        try (ReferenceSystem system = stage.startSystem(Weakness.TIMEOUT)) {
            stage.awaitSteady("it does its work", system.does(1), STEADY);

            Trial trial = stage.during(Pause.of(system.dependency()));
            stage.waitsFor("it tells that Redis does not answer", NOTICES);
            trial.expect("it tells that Redis does not answer", system.tellsOfSilence())
                    .within(NOTICES);

            stage.waitsFor("it works again", WORKS_AGAIN);
            trial.afterHealing("it works again", system.does(1)).within(WORKS_AGAIN);
        }
    }
}
