package io.faultline.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class RaisedErrorsTest {

    private final RaisedErrors errors = new RaisedErrors();
    private final AssertionError error = errors.raise(new AssertionError("BROKEN: it did not notice\nand a timeline"));

    @Test
    void tellsOnceOfAnErrorThatNobodyHasHeardOfWithTheErrorItself() {
        assertThat(errors.takeUnheard(thread -> true))
                .singleElement()
                .satisfies(alarm -> assertThat(alarm)
                        .hasCause(error)
                        .hasMessageContainingAll(
                                "AssertionError was thrown in thread",
                                Thread.currentThread().getName(),
                                "was lost",
                                "faultline.acknowledge(error)")
                        .hasMessageEndingWith("It said: BROKEN: it did not notice"));
        assertThat(errors.takeUnheard(thread -> true)).isEmpty();
    }

    @Test
    void asksForTheThread() {
        assertThat(errors.takeUnheard(thread -> !thread.equals(Thread.currentThread())))
                .isEmpty();
        assertThat(errors.takeUnheard(Thread.currentThread()::equals)).hasSize(1);
    }

    @Test
    void isHeardOfByAnythingThatItCausedOrIsSuppressedIn() {
        IllegalStateException failure = new IllegalStateException("something else");
        failure.addSuppressed(new ExecutionException(error));
        error.addSuppressed(failure); // a ring

        assertThat(errors.hear(failure)).isTrue();
        assertThat(errors.hear(failure)).isFalse();
        assertThat(errors.takeUnheard(thread -> true)).isEmpty();
    }

    @Test
    void isNotHeardOfByAnythingElse() {
        assertThat(errors.hear(new AssertionError(error.getMessage()))).isFalse();
        assertThat(errors.takeUnheard(thread -> true)).hasSize(1);
    }

    @Test
    void isThereOnceHoweverOftenItIsRaised() {
        errors.raise(error);

        assertThat(errors.takeUnheard(thread -> true)).hasSize(1);
    }
}
