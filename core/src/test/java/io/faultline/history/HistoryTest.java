package io.faultline.history;

import static io.faultline.history.Claim.NOTHING_LOST;
import static io.faultline.history.Claim.NOTHING_TWICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.journal.Event;
import io.faultline.journal.Journal;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What is recorded, and how each operation ended. */
class HistoryTest {

    private final Journal journal = new Journal();
    private final History history = new History(journal);

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
    void aCheckWithoutAClaimIsUnfinished() {
        HistoryCheck check = history.check("list");

        assertThat(history.unfinished())
                .hasValueSatisfying(text -> assertThat(text).contains("history.check(\"list\") has no claim"));
        check.verdict(NOTHING_LOST);
        assertThat(history.unfinished()).isEmpty();
    }

    @Test
    void countsOnlyUpwards() {
        assertThatThrownBy(() -> history.increment("c", 0, () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1");
    }
}
