package io.faultline.history;

import static io.faultline.history.Completion.OK;
import static io.faultline.history.Completion.UNKNOWN;
import static io.faultline.verify.Outcome.BROKEN;
import static io.faultline.verify.Outcome.HELD;
import static io.faultline.verify.Outcome.INCONCLUSIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.verify.Outcome;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What was read: each checker, each way. */
class ReadCheckersTest {

    private static Arguments is(Outcome outcome, String why, Recording recording, String... reason) {
        return Arguments.of(outcome, why, recording, List.of(reason));
    }

    static Stream<Arguments> wrongAnswers() {
        return Stream.of(
                is(INCONCLUSIVE, "no answers", Recording.of().write(1, "a", OK, 0, 1)),
                is(
                        HELD,
                        "what was written",
                        Recording.of().write(1, "a", OK, 0, 1).read(1, List.of("a"), 2, 3)),
                is(
                        HELD,
                        "what may have been written",
                        Recording.of().write(1, "a", UNKNOWN, 0, 1).read(1, List.of("a"), 2, 3)),
                is(
                        HELD,
                        "what is just being written",
                        Recording.of().write(1, "a", OK, 0, 9).read(2, List.of("a"), 2, 3)),
                is(
                        BROKEN,
                        "what nobody wrote",
                        Recording.of().write(1, "a", OK, 0, 1).read(1, List.of("OK"), 2, 3),
                        "\"OK\", which nobody wrote"),
                is(
                        BROKEN,
                        "what is written later",
                        Recording.of()
                                .write(1, "a", OK, 0, 1)
                                .read(2, List.of("b"), 2, 3)
                                .write(1, "b", OK, 4, 5),
                        "before that was written"),
                is(
                        INCONCLUSIVE,
                        "what was there before",
                        Recording.of().read(1, List.of("z"), 0, 1).write(1, "a", OK, 2, 3)),
                is(
                        HELD,
                        "what was declared to be there before",
                        Recording.of()
                                .initially("z")
                                .read(1, List.of("z"), 0, 1)
                                .write(1, "a", OK, 2, 3)),
                is(
                        HELD,
                        "nothing before there was anything",
                        Recording.of().read(1, List.of(), 0, 1).write(1, "a", OK, 2, 3)),
                is(
                        BROKEN,
                        "nothing though there was something",
                        Recording.of().write(1, "a", OK, 0, 1).read(1, List.of(), 2, 3),
                        "with nothing"),
                is(
                        BROKEN,
                        "nothing though there was something before",
                        Recording.of().initially("z").read(1, List.of(), 2, 3)),
                is(
                        BROKEN,
                        "on the server is what nobody wrote",
                        Recording.of()
                                .write(1, "a", OK, 0, 1)
                                .read(1, List.of("a"), 2, 3)
                                .truth("x")),
                is(
                        HELD,
                        "as far as was counted",
                        Recording.of()
                                .increment(1, OK, 0, 1)
                                .increment(1, UNKNOWN, 2, 3)
                                .read(1, List.of("1"), 4, 5)
                                .read(1, List.of("2"), 6, 7)),
                is(
                        BROKEN,
                        "less than was counted",
                        Recording.of().increment(1, OK, 0, 1).read(1, List.of(), 4, 5)),
                is(
                        BROKEN,
                        "more than was counted",
                        Recording.of().increment(1, OK, 0, 1).read(1, List.of("2"), 4, 5)),
                is(BROKEN, "no number", Recording.of().increment(1, OK, 0, 1).read(1, List.of("OK"), 4, 5)),
                is(
                        HELD,
                        "increments with their answers",
                        Recording.of()
                                .incrementAndGet(1, OK, "1", 0, 1)
                                .incrementAndGet(1, UNKNOWN, "", 2, 3)
                                .incrementAndGet(1, OK, "3", 4, 5)),
                is(
                        BROKEN,
                        "the answer of the increment before",
                        Recording.of()
                                .incrementAndGet(1, OK, "1", 0, 1)
                                .incrementAndGet(1, UNKNOWN, "", 2, 3)
                                .incrementAndGet(1, OK, "1", 4, 5)),
                is(
                        BROKEN,
                        "the same answer twice",
                        Recording.of().incrementAndGet(1, OK, "2", 0, 9).incrementAndGet(2, OK, "2", 0, 9),
                        "the same answer"),
                is(
                        HELD,
                        "elements that were added",
                        Recording.of().add(1, "a", OK, 0, 1).read(1, List.of("a"), 2, 3)),
                is(
                        BROKEN,
                        "an element that was not",
                        Recording.of().add(1, "a", OK, 0, 1).read(1, List.of("a", "b"), 2, 3)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void wrongAnswers(Outcome outcome, String why, Recording recording, List<String> reason) {
        check(WrongAnswers::check, outcome, recording, reason);
    }

    static Stream<Arguments> monotonicReads() {
        Recording written = Recording.of();
        return Stream.of(
                is(
                        INCONCLUSIVE,
                        "one read each",
                        written.write(1, "a", OK, 0, 1)
                                .read(1, List.of("a"), 2, 3)
                                .read(2, List.of("a"), 2, 3)),
                is(HELD, "forwards", twoWrites().read(2, List.of("a"), 4, 5).read(2, List.of("b"), 6, 7)),
                is(
                        BROKEN,
                        "backwards",
                        twoWrites().read(2, List.of("b"), 4, 5).read(2, List.of("a"), 6, 7),
                        "process 2",
                        "go back"),
                is(
                        HELD,
                        "backwards in another process",
                        twoWrites()
                                .read(2, List.of("b"), 4, 5)
                                .read(3, List.of("a"), 6, 7)
                                .read(3, List.of("b"), 8, 9)),
                is(BROKEN, "to nothing", twoWrites().read(2, List.of("a"), 4, 5).read(2, List.of(), 6, 7)),
                is(
                        BROKEN,
                        "to what was first",
                        twoWrites().initially("z").read(2, List.of("a"), 4, 5).read(2, List.of("z"), 6, 7)),
                is(
                        HELD,
                        "to one that timed out, and came later",
                        Recording.of()
                                .write(1, "a", UNKNOWN, 0, 1)
                                .write(1, "b", OK, 2, 3)
                                .read(2, List.of("b"), 4, 5)
                                .read(2, List.of("a"), 6, 7)),
                is(
                        HELD,
                        "to one that was written at the same time",
                        Recording.of()
                                .write(1, "a", OK, 0, 3)
                                .write(3, "b", OK, 2, 3)
                                .read(2, List.of("b"), 4, 5)
                                .read(2, List.of("a"), 6, 7)),
                is(
                        INCONCLUSIVE,
                        "a value that was written twice",
                        twoWrites()
                                .write(1, "a", OK, 4, 5)
                                .read(2, List.of("b"), 6, 7)
                                .read(2, List.of("a"), 8, 9)),
                is(
                        HELD,
                        "a counter forwards",
                        Recording.of()
                                .increment(1, OK, 0, 1)
                                .read(2, List.of("0"), 0, 1)
                                .read(2, List.of("1"), 2, 3)),
                is(
                        BROKEN,
                        "a counter backwards",
                        Recording.of()
                                .increment(1, OK, 0, 1)
                                .read(2, List.of("1"), 0, 1)
                                .read(2, List.of("0"), 2, 3)),
                is(
                        HELD,
                        "elements that stay",
                        Recording.of()
                                .add(1, "a", OK, 0, 1)
                                .read(2, List.of(), 0, 1)
                                .read(2, List.of("a"), 2, 3)),
                is(
                        BROKEN,
                        "elements that go",
                        Recording.of()
                                .add(1, "a", OK, 0, 1)
                                .read(2, List.of("a"), 0, 1)
                                .read(2, List.of("b"), 2, 3)));
    }

    private static Recording twoWrites() {
        return Recording.of().write(1, "a", OK, 0, 1).write(1, "b", OK, 2, 3);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void monotonicReads(Outcome outcome, String why, Recording recording, List<String> reason) {
        check(MonotonicReads::check, outcome, recording, reason);
    }

    private static void check(
            Function<RecordedKey, Finding> checker, Outcome outcome, Recording recording, List<String> reason) {
        Finding finding = checker.apply(recording.key());

        assertThat(finding.outcome()).as(finding.toString()).isEqualTo(outcome);
        assertThat(reason).allSatisfy(part -> assertThat(finding.toString()).contains(part));
        assertThat(finding.advice().isEmpty()).isEqualTo(outcome == HELD);
    }
}
