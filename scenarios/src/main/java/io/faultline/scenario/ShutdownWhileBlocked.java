package io.faultline.scenario;

import io.faultline.fault.BlockedStdout;
import io.faultline.inject.Injection;
import java.time.Duration;

/** A system is told to stop while nobody reads what it logs. */
final class ShutdownWhileBlocked implements Scenario {

    private static final Duration STEADY = Duration.ofSeconds(15);
    private static final Duration TAKES = Duration.ofMillis(50);
    private static final Duration BITES = Duration.ofSeconds(5);
    private static final Duration GRACE = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "shutdown-while-blocked";
    }

    @Override
    public String title() {
        return "A service is told to stop while nobody reads its logs";
    }

    @Override
    public String why() {
        return "A program that says goodbye to a full pipe never leaves. It is killed after its grace period, though it "
                + "handles SIGTERM: so a log that hangs makes every deployment slow and every shutdown a crash.";
    }

    @Override
    public void play(Stage stage) throws InterruptedException {
        try (ReferenceSystem system = stage.startSystem(Weakness.LOGGING)) {
            stage.awaitSteady("it does its work", system.does(1), STEADY);
            try (Injection blocked = stage.inject(BlockedStdout.of(system.target()))) {
                system.work(TAKES).begin(); // which it logs
                stage.awaitBite(blocked, BITES);

                stage.waitsFor("it stops", GRACE);
                stage.terminate(system).within(GRACE);
            }
        }
    }
}
