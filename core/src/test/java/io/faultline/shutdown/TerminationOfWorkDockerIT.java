package io.faultline.shutdown;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.Faultline;
import io.faultline.verify.BrokenError;
import io.faultline.verify.InconclusiveError;
import io.faultline.world.Line;
import io.faultline.world.StoppingContainer;
import io.faultline.world.Web;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Work that is under way at the signal, and what becomes of it. */
class TerminationOfWorkDockerIT {

    private final Faultline faultline = Faultline.open();

    @AfterEach
    void close() {
        faultline.close();
    }

    @Test
    void tellsOfWorkThatWasLost() throws Exception {
        try (StoppingContainer leaver = started("hasty");
                Line line = leaver.line()) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            assertThatThrownBy(() -> faultline
                            .terminate(leaver.target())
                            .beforeSignal(() -> ask(line, answer))
                            .finishing(
                                    "the request is answered",
                                    () -> answer.getNow("").equals("ANSWERED"))
                            .within(ofSeconds(5)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContaining("\"the request is answered\" did not come true");
        }
    }

    @Test
    void learnsNothingOfWorkWhereNoneIsUnderWay() {
        try (StoppingContainer leaver = started("graceful")) {
            assertThatThrownBy(() -> faultline
                            .terminate(leaver.target())
                            .finishing("the request is answered", () -> true)
                            .within(ofSeconds(5)))
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContaining("was true before the signal already");
            assertThat(leaver.isRunning()).isTrue();
        }
    }

    @Test
    void expectsThatRequestsWhichHadBegunAreAnswered() {
        try (Web patient = Web.thatFinishes();
                Web hasty = Web.thatLeavesAtOnce()) {
            patient.start();
            hasty.start();
            Shutdown shutdown = faultline
                    .terminate(patient.target())
                    .whileServing(HttpLoad.on(patient.uri()).atATime(3))
                    .within(ofSeconds(10));
            assertThat(shutdown.work()).singleElement().satisfies(tally -> {
                assertThat(tally.underWay()).isBetween(1L, 3L).isEqualTo(tally.finished());
            });
            assertThatThrownBy(() -> faultline
                            .terminate(hasty.target())
                            .whileServing(HttpLoad.on(hasty.uri()))
                            .within(ofSeconds(10)))
                    .isInstanceOf(BrokenError.class)
                    .hasMessageContainingAll(
                            "requests to " + hasty.uri(), "under way at the signal were not finished (");
        }
    }

    @Test
    void isNotGreenWhenNothingWasUnderWayOrNothingIsServed() {
        try (StoppingContainer leaver = started("graceful");
                Web web = Web.thatFinishes()) {
            web.start();
            assertThatThrownBy(() -> faultline
                            .terminate(web.target())
                            .whileServing(HttpLoad.on(web.uri().resolve("/missing")))
                            .within(ofSeconds(5)))
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContainingAll("No request to", "status 404");
            assertThat(web.isRunning()).isTrue();
            assertThatThrownBy(() -> faultline
                            .terminate(leaver.target())
                            .finishing("jobs", () -> 5, () -> 5)
                            .within(ofSeconds(5)))
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContaining("none of the jobs was under way");
        }
    }

    @Test
    void expectsThatWhatTheTestCountsIsFinished() throws Exception {
        makeSignalsComeSoon();
        assertThat(finished("graceful")).isTrue();
        assertThatThrownBy(() -> finished("hasty"))
                .isInstanceOf(BrokenError.class)
                .hasMessageContaining("1 of the 1 lines that were under way at the signal were not finished");
    }

    /** By an agent that runs already. */
    private void makeSignalsComeSoon() {
        try (StoppingContainer another = started("graceful")) {
            faultline.terminate(another.target()).within(ofSeconds(5));
        }
    }

    private boolean finished(String manner) throws Exception {
        AtomicInteger sent = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        try (StoppingContainer leaver = started(manner);
                Line line = leaver.line()) {
            sent.incrementAndGet();
            CompletableFuture.runAsync(
                    () -> answered.addAndGet(line.fateOf("long work").equals("ANSWERED") ? 1 : 0));
            Thread.sleep(100); // the request is under way
            faultline
                    .terminate(leaver.target())
                    .finishing("lines", sent::get, answered::get)
                    .within(ofSeconds(5));
            return answered.get() == 1;
        }
    }

    private static void ask(Line line, CompletableFuture<String> answer) throws InterruptedException {
        answer.completeAsync(() -> line.fateOf("long work"));
        Thread.sleep(100); // the request is under way
    }

    private static StoppingContainer started(String manner) {
        StoppingContainer leaver = StoppingContainer.in(manner);
        leaver.start();
        return leaver;
    }
}
