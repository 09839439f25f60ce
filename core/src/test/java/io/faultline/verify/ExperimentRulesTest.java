package io.faultline.verify;

import static io.faultline.verify.Lab.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.observe.Detector;
import io.faultline.world.ResolvedTargets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In which order an experiment is written down, and what is missing. */
@Timeout(30)
class ExperimentRulesTest {

    private final Lab lab = new Lab();

    @Test
    void refusesTheNextExpectationWhileOneHasNoBound() {
        Experiment experiment = lab.experiment();
        experiment.expect("it notices", lab::notices);

        assertThatThrownBy(() -> experiment.expect("something else", lab::notices))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\"it notices\"")
                .hasMessageContaining("Add .within");
        assertThatThrownBy(() -> experiment.afterHealing("something else", lab::isHealed))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void judgesNothingUnderAFaultThatIsHealed() {
        Experiment experiment =
                lab.noticed().afterHealing("it is back", lab::isHealed).within(LONG);

        assertThatThrownBy(() -> experiment.expect("it still serves", () -> true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("would be judged without the fault");
        assertThatThrownBy(() -> experiment.expect("it says so", new Detector()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void hasNothingToHealBeforeAnExpectation() {
        assertThatThrownBy(() ->
                        lab.experiment().afterHealing("it is back", () -> true).within(LONG))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has nothing to heal");
    }

    @Test
    void hasNothingToHoldWithoutSomethingThatGoesOn() {
        assertThatThrownBy(() -> lab.experiment().hold(LONG))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Say keeps");
    }

    @Test
    void refusesABoundThatIsNotPositiveOrTooLongBeforeAnythingIsTouched() {
        for (Duration bound : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofMinutes(5))) {
            assertThatThrownBy(() ->
                            lab.experiment().expect("it notices", () -> false).within(bound))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the bound must be");
        }
        assertThat(lab.agent.asked()).isEmpty();
    }

    @Test
    void refusesToChangeTheQuestionOnceTheFaultIsInjected() {
        Experiment experiment = lab.noticed();

        for (Runnable late : List.<Runnable>of(
                experiment::control,
                experiment::unattributed,
                () -> experiment.client(ResolvedTargets.OTHER),
                () -> experiment.keeps("it serves", () -> true))) {
            assertThatThrownBy(late::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Say it before the first expectation");
        }
    }

    @Test
    void tellsWhatIsMissingForItToMeanAnything() {
        Experiment empty = lab.experiment();
        assertThat(empty.unfinished())
                .hasValueSatisfying(
                        problem -> assertThat(problem).hasMessageContaining("during(Cut) was given no expectation"));

        empty.expect("it notices", () -> false);
        assertThat(empty.unfinished())
                .hasValueSatisfying(problem -> assertThat(problem)
                        .hasMessageContainingAll("\"it notices\" under Cut was given no bound", ".within("));
    }

    @Test
    void tellsOfAWaitInAnotherThreadWhereItWasBegunAndWhereItIs() throws Exception {
        CountDownLatch looking = new CountDownLatch(1);
        Experiment experiment = lab.experiment();
        Thread other = new Thread(
                () -> experiment
                        .expect("it notices", () -> {
                            if (lab.notices()) {
                                looking.countDown();
                            }
                            return false;
                        })
                        .within(LONG),
                "another thread");
        other.setUncaughtExceptionHandler((thread, interrupted) -> {}); // it is told of below
        other.start();
        looking.await();

        assertThat(experiment.unfinished())
                .hasValueSatisfying(problem -> assertThat(problem)
                        .hasMessageContainingAll(
                                "\"it notices\" under Cut was still waited for in thread \"another thread\"",
                                "no verdict")
                        .hasSuppressedException(new Throwable("Thread \"another thread\" was here"))
                        .cause()
                        .hasMessage("during(Cut) was begun here"));
        other.interrupt();
        other.join();
        assertThat(experiment.unfinished()).isEmpty();
        assertThat(lab.journal.errors().takeUnheard(thread -> true))
                .singleElement()
                .satisfies(lost -> assertThat(lost)
                        .hasMessageContainingAll(
                                "InconclusiveError was thrown in thread \"another thread\", and was lost",
                                "faultline.acknowledge(error)",
                                "Interrupted while waiting"));
    }

    @Test
    void missesABoundOfALaterExpectationToo() {
        Experiment experiment = lab.noticed();
        experiment.afterHealing("it is back", () -> true);

        assertThat(experiment.unfinished())
                .hasValueSatisfying(problem -> assertThat(problem).hasMessageContaining("\"it is back\""));
    }

    @Test
    void missesTheRecoveryThatAControlComesAfter() {
        Experiment experiment =
                lab.experiment().control().expect("it notices", lab::notices).within(LONG);

        assertThat(experiment.unfinished())
                .hasValueSatisfying(problem ->
                        assertThat(problem).hasMessageContainingAll("control() was never run", ".afterHealing("));
    }

    @Test
    void isNotUnfinishedIfItCameToAVerdict() {
        Experiment experiment = lab.experiment().control();

        assertThatThrownBy(() -> experiment.expect("it notices", () -> true).within(LONG))
                .isInstanceOf(InconclusiveError.class);
        assertThat(experiment.unfinished()).isEmpty();
    }
}
