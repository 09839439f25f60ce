package io.faultline.history;

import static io.faultline.history.Claim.LINEARIZABLE;
import static io.faultline.history.Claim.MONOTONIC_READS;
import static io.faultline.history.Claim.NOTHING_LOST;
import static io.faultline.history.Claim.NOTHING_TWICE;
import static io.faultline.history.Claim.NO_FAILED_WRITE_DONE;
import static io.faultline.history.Claim.NO_WRONG_ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.journal.Event;
import io.faultline.journal.Journal;
import io.faultline.verify.BrokenError;
import io.faultline.verify.InconclusiveError;
import io.faultline.verify.Outcome;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a claim holds of a history, and when nothing can be said of it. */
class HistoryVerdictTest {

    private final Journal journal = new Journal();
    private final History history = new History(journal);
    private final List<String> server = new ArrayList<>();

    private void injected() {
        journal.record(Event.Kind.IN_FORCE, "Pause", Map.of("injection", "1", "fault", "Pause[redis]"));
    }

    private void healed() {
        journal.record(Event.Kind.HEALED, "Pause", Map.of("injection", "1", "fault", "Pause[redis]"));
    }

    private void addUnderFault(String element) {
        injected();
        history.add("list", element, () -> server.add(element));
        healed();
    }

    @Test
    void holdsWhereAFaultWasMet() {
        addUnderFault("a");

        history.check("list").against(() -> server).holds(NOTHING_LOST, NOTHING_TWICE);
        assertThat(journal.events())
                .filteredOn(event -> event.kind() == Event.Kind.VERDICT)
                .hasSize(2)
                .allSatisfy(event ->
                        assertThat(event.text()).contains("1 ok, 0 failed, 0 unknown, of which under a fault 1 ok"));
    }

    @Test
    void brokenGoesBeforeInconclusiveAndShowsTheOperations() {
        addUnderFault("a");
        server.clear();

        assertThatExceptionOfType(BrokenError.class)
                .isThrownBy(() -> history.check("list").against(() -> server).holds(NO_FAILED_WRITE_DONE, NOTHING_LOST))
                .withMessageContaining(
                        "1 of 1 acknowledged writes to \"list\" are lost. It is add(\"list\", \"a\") by process 1, ok (+0.");
    }

    @ParameterizedTest
    @EnumSource
    void nothingHoldsOfNoOperations(Claim claim) {
        injected();
        healed();

        assertThatExceptionOfType(InconclusiveError.class)
                .isThrownBy(() -> history.check("list").against(() -> server).holds(claim))
                .withMessageContaining("no operation was recorded for \"list\"");
    }

    @Test
    void nothingHoldsWithoutAFault() {
        history.add("list", "a", () -> server.add("a"));

        assertThat(history.check("list")
                        .against(() -> server)
                        .verdict(NOTHING_LOST)
                        .reason())
                .contains("no fault was injected");
        history.check("list").withoutFault().against(() -> server).holds(NOTHING_LOST);
    }

    @Test
    void nothingHoldsIfNothingWasWrittenUnderTheFault() {
        history.add("list", "a", () -> server.add("a"));
        injected();
        healed();
        history.add("list", "b", () -> server.add("b"));

        assertThat(history.check("list")
                        .against(() -> server)
                        .verdict(NOTHING_LOST)
                        .reason())
                .contains("nothing was written to \"list\" while the fault was in force");
    }

    @Test
    void aReadUnderTheFaultIsNoWriteUnderTheFault() {
        history.add("list", "a", () -> server.add("a"));
        injected();
        history.read("list", () -> server);
        healed();

        assertThat(history.check("list")
                        .against(() -> server)
                        .verdict(NOTHING_LOST)
                        .outcome())
                .isEqualTo(Outcome.INCONCLUSIVE);
        history.check("list").holds(NO_WRONG_ANSWER);
    }

    @Test
    void nothingHoldsOfAnswersFromBeforeTheFault() {
        history.write("k", "a", () -> {});
        history.read("k", () -> "a");
        history.read("k", () -> "a");
        injected();
        healed();

        assertThat(List.of(NO_WRONG_ANSWER, MONOTONIC_READS, LINEARIZABLE))
                .allSatisfy(
                        claim -> assertThat(history.check("k").verdict(claim).reason())
                                .contains("nothing was answered about \"k\" since the fault was in force"));
    }

    @Test
    void nothingHoldsWhileAFaultIsInForce() {
        injected();
        history.add("list", "a", () -> server.add("a"));

        assertThat(history.check("list")
                        .against(() -> server)
                        .verdict(NOTHING_LOST)
                        .reason())
                .contains("a fault is in force still: Pause[redis]");
    }

    @Test
    void nothingHoldsWithoutTheTruth() {
        addUnderFault("a");

        assertThat(history.check("list").verdict(NOTHING_LOST).reason()).contains("it was not said what is there");
        assertThat(history.check("list")
                        .against(() -> {
                            throw new IOException("down");
                        })
                        .verdict(NOTHING_LOST)
                        .reason())
                .contains("could not be read: java.io.IOException: down");
    }

    @Test
    void aSetCannotShowWhatWasDoneTwice() {
        addUnderFault("a");

        assertThat(history.check("list")
                        .against(() -> Set.of("a"))
                        .verdict(NOTHING_TWICE)
                        .outcome())
                .isEqualTo(Outcome.INCONCLUSIVE);
    }

    @Test
    void readsTheTruthAgainUntilItStaysTheSameWhileSomethingIsUnknown() {
        injected();
        assertThatThrownBy(() -> history.add("list", "a", () -> {
                    throw new SocketTimeoutException("Read timed out");
                }))
                .isInstanceOf(SocketTimeoutException.class);
        healed();
        AtomicInteger reads = new AtomicInteger();
        List<List<String>> truths = List.of(List.of(), List.of("a"), List.of("a", "a"), List.of("a", "a"));

        assertThat(history.check("list")
                        .settling(Duration.ofMillis(1))
                        .against(() -> truths.get(reads.getAndIncrement()))
                        .verdict(NOTHING_TWICE)
                        .outcome())
                .isEqualTo(Outcome.BROKEN);
        assertThat(reads).hasValue(4);
    }

    @Test
    void readsTheTruthAgainAfterAFaultForWhatAClientMayHaveRepeated() {
        addUnderFault("a");
        List<List<String>> truths = List.of(List.of("a"), List.of("a", "a"), List.of("a", "a"));
        AtomicInteger reads = new AtomicInteger();

        assertThat(history.check("list")
                        .settling(Duration.ofMillis(1))
                        .against(() -> truths.get(reads.getAndIncrement()))
                        .verdict(NOTHING_TWICE)
                        .outcome())
                .isEqualTo(Outcome.BROKEN);
    }

    @Test
    void readsTheTruthOnceWhereNothingCanChangeIt() {
        history.add("list", "a", () -> server.add("a"));
        AtomicInteger reads = new AtomicInteger();

        history.check("list")
                .withoutFault()
                .against(() -> List.of("a".repeat(reads.incrementAndGet())))
                .holds(NOTHING_LOST);
        assertThat(reads).hasValue(1);
    }

    @Test
    void nothingHoldsOfAKeyThatIsUsedInSeveralWays() {
        addUnderFault("a");
        history.increment("list", 1, () -> 1);

        assertThat(history.check("list")
                        .against(() -> server)
                        .verdict(NOTHING_LOST)
                        .reason())
                .contains("used in several ways");
    }

    @Test
    void nothingHoldsOfMoreOperationsThanAreKept() {
        injected();
        for (int i = 0; i <= History.MOST_OPERATIONS; i++) {
            history.increment("c", 1, () -> {});
        }
        healed();

        assertThat(history.operations()).hasSize(History.MOST_OPERATIONS);
        assertThat(history.check("c")
                        .against(() -> History.MOST_OPERATIONS + 1)
                        .verdict(NOTHING_LOST)
                        .reason())
                .contains("more operations than the 20000 that are kept");
        assertThat(journal.events())
                .filteredOn(event -> event.kind() == Event.Kind.OPERATION)
                .hasSize(OperationEvents.MOST);
    }

    @Test
    void aLiftedFaultIsNotInForce() {
        injected();
        journal.record(Event.Kind.LIFTED, "Pause", Map.of("injection", "1"));
        history.add("list", "a", () -> server.add("a"));
        healed();

        assertThat(history.check("list")
                        .against(() -> server)
                        .verdict(NOTHING_LOST)
                        .outcome())
                .isEqualTo(Outcome.INCONCLUSIVE);
    }
}
