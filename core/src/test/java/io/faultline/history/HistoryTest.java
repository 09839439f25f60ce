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
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is recorded, and when nothing can be said of it. */
class HistoryTest {

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

    private Operation only() {
        assertThat(history.operations()).hasSize(1);
        return history.operations().get(0);
    }

    @Test
    void passesOnWhatTheClientReturns() {
        int length = history.add("list", 7, () -> 1);
        String value = history.read("list", () -> "v");

        assertThat(length).isEqualTo(1);
        assertThat(value).isEqualTo("v");
        assertThat(history.operations().stream().map(Operation::call))
                .containsExactly("add(\"list\", \"7\")", "read(\"list\") = \"v\"");
        assertThat(history.keys()).containsExactly("list");
    }

    @Test
    void passesOnWhatTheClientThrows() {
        IOException thrown = new IOException("no");

        assertThatThrownBy(() -> history.write("k", "v", () -> {
                    throw thrown;
                }))
                .isSameAs(thrown);
        assertThat(only().completion()).isEqualTo(Completion.UNKNOWN);
        assertThat(only().failure()).isEqualTo("IOException: no");
    }

    @Test
    void takesValuesForTheSameIfTheyReadTheSame() {
        history.write("k", 1, () -> {});
        history.read("k", () -> Optional.of("1"));
        history.read("k", () -> "1".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        history.read("none", () -> null);
        history.read("list", () -> List.of(1, "2"));

        assertThat(history.operations().stream().skip(1).map(Operation::answer))
                .containsExactly(List.of("1"), List.of("1"), List.of(), List.of("1", "2"));
    }

    @Test
    void numbersThreadsInTheOrderInWhichTheyCome() throws InterruptedException {
        history.write("k", 1, () -> {});
        Thread other = new Thread(() -> history.write("k", 2, () -> {}));
        other.start();
        other.join();
        history.write("k", 3, () -> {});

        assertThat(history.operations().stream().map(Operation::process)).containsExactly(1, 2, 1);
    }

    private Completion of(Exception thrown) {
        History one = new History(journal);
        assertThatThrownBy(() -> one.write("k", "v", () -> {
                    throw thrown;
                }))
                .isSameAs(thrown);
        return one.operations().get(0).completion();
    }

    private static RuntimeException suppressing(Throwable... suppressed) {
        RuntimeException failure = new RuntimeException("Failed to connect");
        List.of(suppressed).forEach(failure::addSuppressed);
        return failure;
    }

    @Test
    void onlyWhatWasNeverSentHasFailed() {
        ConnectException refused = new ConnectException("Connection refused");

        assertThat(of(refused)).isEqualTo(Completion.FAILED);
        assertThat(of(new RuntimeException("cannot", refused))).isEqualTo(Completion.FAILED);
        assertThat(of(suppressing(refused, new ConnectException("Connection refused"))))
                .isEqualTo(Completion.FAILED);
        assertThat(of(new NoRouteToHostException("No route to host"))).isEqualTo(Completion.FAILED);
    }

    @Test
    void allElseIsUnknown() {
        ConnectException refused = new ConnectException("Connection refused");

        assertThat(of(new SocketTimeoutException("Read timed out"))).isEqualTo(Completion.UNKNOWN);
        assertThat(of(new SocketTimeoutException("Connect timed out"))).isEqualTo(Completion.UNKNOWN);
        assertThat(of(new SocketException("Connection reset"))).isEqualTo(Completion.UNKNOWN);
        assertThat(of(new SocketException("No route to host"))).isEqualTo(Completion.UNKNOWN);
        assertThat(of(new RuntimeException("ERR wrong type"))).isEqualTo(Completion.UNKNOWN);
        assertThat(of(suppressing(refused, new SocketException("Connection reset"))))
                .as("the first attempt may have been sent")
                .isEqualTo(Completion.UNKNOWN);
        SocketTimeoutException first = new SocketTimeoutException("Read timed out");
        ConnectException then = new ConnectException("Connection refused");
        then.addSuppressed(first);
        assertThat(of(then)).isEqualTo(Completion.UNKNOWN);
    }

    @Test
    void whatIsDeclaredToFailHasFailed() {
        history.failsWith(IllegalStateException.class);

        assertThatThrownBy(() -> history.write("k", "v", () -> {
                    throw new ExecutionException(new IllegalStateException("ERR"));
                }))
                .isInstanceOf(ExecutionException.class);
        assertThat(only().completion()).isEqualTo(Completion.FAILED);
    }

    @Test
    void whatIsDeclaredToFailDoesNotFailAsACause() {
        history.failsWith(IllegalStateException.class);

        assertThatThrownBy(() -> history.write("k", "v", () -> {
                    throw new IOException(new IllegalStateException("the second attempt"));
                }))
                .isInstanceOf(IOException.class);
        assertThat(only().completion()).isEqualTo(Completion.UNKNOWN);
    }

    @Test
    void anotherClassificationReplacesTheUsualOne() {
        history.classifiedBy(thrown -> Completion.UNKNOWN);

        assertThatThrownBy(() -> history.write("k", "v", () -> {
                    throw new ConnectException("Connection refused");
                }))
                .isInstanceOf(ConnectException.class);
        assertThat(only().completion()).isEqualTo(Completion.UNKNOWN);
    }

    @Test
    void whatStillRunsIsUnknownAndInTheJournal() throws InterruptedException {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread waiting = new Thread(() -> history.add("list", "a", () -> {
            began.countDown();
            assertThatThrownBy(end::await).isInstanceOf(InterruptedException.class);
        }));
        waiting.start();
        began.await();

        assertThat(only().completion()).isEqualTo(Completion.UNKNOWN);
        assertThat(only().completed()).isEmpty();
        history.check("list").against(() -> List.of("a")).verdict(NOTHING_TWICE);
        assertThat(journal.events())
                .filteredOn(event -> event.kind() == Event.Kind.OPERATION)
                .hasSize(1)
                .allSatisfy(event -> assertThat(event.facts())
                        .containsEntry("completion", "unknown")
                        .doesNotContainKey("took_ns"));
        waiting.interrupt();
        waiting.join();
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
    void aCheckWithoutAClaimIsUnfinished() {
        HistoryCheck check = history.check("list");

        assertThat(history.unfinished())
                .hasValueSatisfying(text -> assertThat(text).contains("history.check(\"list\") has no claim"));
        check.verdict(NOTHING_LOST);
        assertThat(history.unfinished()).isEmpty();
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

    @Test
    void countsOnlyUpwards() {
        assertThatThrownBy(() -> history.increment("c", 0, () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1");
    }
}
