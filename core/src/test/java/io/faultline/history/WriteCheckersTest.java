package io.faultline.history;

import static io.faultline.history.Completion.FAILED;
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

/** What became of writes: each checker, each way. */
class WriteCheckersTest {

    private static Arguments is(Outcome outcome, String why, Recording recording, String... reason) {
        return Arguments.of(outcome, why, recording, List.of(reason));
    }

    static Stream<Arguments> losses() {
        return Stream.of(
                is(HELD, "all are there", Recording.of().add(1, "a", OK, 0, 1).truth("a")),
                is(
                        BROKEN,
                        "one is not",
                        Recording.of()
                                .add(1, "a", OK, 0, 1)
                                .add(1, "b", OK, 2, 3)
                                .truth("b"),
                        "1 of 2 acknowledged writes",
                        "value=a"),
                is(
                        HELD,
                        "an unknown one may be lost",
                        Recording.of()
                                .add(1, "a", OK, 0, 1)
                                .add(1, "b", UNKNOWN, 2, 3)
                                .truth("a")),
                is(
                        HELD,
                        "a failed one may be lost",
                        Recording.of()
                                .add(1, "a", OK, 0, 1)
                                .add(1, "b", FAILED, 2, 3)
                                .truth("a")),
                is(
                        HELD,
                        "one that came while the truth was read may be missing",
                        Recording.of()
                                .add(1, "a", OK, 0, 1)
                                .add(1, "b", OK, 899, 905)
                                .truth("a")),
                is(
                        INCONCLUSIVE,
                        "nothing was acknowledged",
                        Recording.of().add(1, "a", UNKNOWN, 0, 1).truth("a")),
                is(
                        HELD,
                        "the counter has all",
                        Recording.of()
                                .increment(1, OK, 0, 1)
                                .increment(1, UNKNOWN, 2, 3)
                                .truth("1")),
                is(
                        BROKEN,
                        "the counter lacks one",
                        Recording.of()
                                .increment(1, OK, 0, 1)
                                .increment(1, OK, 2, 3)
                                .truth("1"),
                        "at 1",
                        "up to 2"),
                is(
                        BROKEN,
                        "the counter is gone",
                        Recording.of().increment(1, OK, 0, 1).truth()),
                is(
                        BROKEN,
                        "it did not begin at 0",
                        Recording.of().initially("5").increment(1, OK, 0, 1).truth("5")),
                is(
                        INCONCLUSIVE,
                        "the truth is no number",
                        Recording.of().increment(1, OK, 0, 1).truth("OK")),
                is(
                        HELD,
                        "the last value is there",
                        Recording.of()
                                .write(1, "a", OK, 0, 1)
                                .write(1, "b", OK, 2, 3)
                                .truth("b")),
                is(
                        BROKEN,
                        "an older one is there",
                        Recording.of()
                                .write(1, "a", OK, 0, 1)
                                .write(1, "b", OK, 2, 3)
                                .truth("a"),
                        "written before",
                        "value=b"),
                is(
                        HELD,
                        "either of two at the same time may be the last",
                        Recording.of()
                                .write(1, "a", OK, 0, 5)
                                .write(2, "b", OK, 2, 3)
                                .truth("a")),
                is(
                        HELD,
                        "an unknown one may have come later",
                        Recording.of()
                                .write(1, "a", UNKNOWN, 0, 1)
                                .write(1, "b", OK, 2, 3)
                                .truth("a")),
                is(
                        BROKEN,
                        "nothing is there",
                        Recording.of().write(1, "a", OK, 0, 1).truth(),
                        "nothing is there"),
                is(
                        BROKEN,
                        "what was there before is there",
                        Recording.of().initially("z").write(1, "a", OK, 0, 1).truth("z")),
                is(
                        BROKEN,
                        "something else is there",
                        Recording.of().write(1, "a", OK, 0, 1).truth("x"),
                        "nobody wrote"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void losses(Outcome outcome, String why, Recording recording, List<String> reason) {
        check(Losses::check, outcome, recording, reason);
    }

    static Stream<Arguments> repeats() {
        return Stream.of(
                is(HELD, "once each", Recording.of().add(1, "a", OK, 0, 1).truth("a")),
                is(BROKEN, "twice", Recording.of().add(1, "a", OK, 0, 1).truth("a", "a"), "\"a\" is there 2 times"),
                is(
                        BROKEN,
                        "unknown and twice",
                        Recording.of().add(1, "a", UNKNOWN, 0, 1).truth("a", "a")),
                is(
                        HELD,
                        "called twice",
                        Recording.of()
                                .add(1, "a", OK, 0, 1)
                                .add(1, "a", UNKNOWN, 2, 3)
                                .truth("a", "a")),
                is(
                        HELD,
                        "one was there before",
                        Recording.of().initially("a", "z").add(1, "a", OK, 0, 1).truth("z", "a", "a")),
                is(
                        BROKEN,
                        "one was there before, and then three",
                        Recording.of().initially("a").add(1, "a", OK, 0, 1).truth("a", "a", "a")),
                is(INCONCLUSIVE, "a set", Recording.of().add(1, "a", OK, 0, 1).truthOfASet("a")),
                is(
                        INCONCLUSIVE,
                        "nothing there",
                        Recording.of().add(1, "a", OK, 0, 1).truth("b")),
                is(
                        HELD,
                        "a counter with an unknown one",
                        Recording.of()
                                .increment(1, OK, 0, 1)
                                .increment(1, UNKNOWN, 2, 3)
                                .truth("2")),
                is(
                        BROKEN,
                        "a counter that went too far",
                        Recording.of()
                                .increment(1, OK, 0, 1)
                                .increment(1, UNKNOWN, 2, 3)
                                .truth("3"),
                        "at 3",
                        "2 at most"),
                is(
                        BROKEN,
                        "failed ones do not count",
                        Recording.of()
                                .increment(1, OK, 0, 1)
                                .increment(1, FAILED, 2, 3)
                                .truth("2")),
                is(
                        INCONCLUSIVE,
                        "a counter that did not move",
                        Recording.of().increment(1, UNKNOWN, 0, 1).truth()),
                is(
                        INCONCLUSIVE,
                        "a register",
                        Recording.of().write(1, "a", OK, 0, 1).truth("a")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void repeats(Outcome outcome, String why, Recording recording, List<String> reason) {
        check(Repeats::check, outcome, recording, reason);
    }

    static Stream<Arguments> failedWrites() {
        return Stream.of(
                is(
                        INCONCLUSIVE,
                        "none failed",
                        Recording.of().add(1, "a", UNKNOWN, 0, 1).truth("a")),
                is(
                        HELD,
                        "it is not there",
                        Recording.of().add(1, "a", FAILED, 0, 1).truth()),
                is(
                        BROKEN,
                        "it is there",
                        Recording.of().add(1, "a", FAILED, 0, 1).truth("a"),
                        "done all the same",
                        "value=a"),
                is(
                        HELD,
                        "another that was called again has done it",
                        Recording.of()
                                .add(1, "a", FAILED, 0, 1)
                                .add(1, "a", OK, 2, 3)
                                .truth("a")),
                is(
                        HELD,
                        "it was there before",
                        Recording.of().initially("a").add(1, "a", FAILED, 0, 1).truth("a")),
                is(
                        HELD,
                        "counted without it",
                        Recording.of()
                                .increment(1, OK, 0, 1)
                                .increment(1, FAILED, 2, 3)
                                .truth("1")),
                is(
                        BROKEN,
                        "counted with it",
                        Recording.of()
                                .increment(1, OK, 0, 1)
                                .increment(1, FAILED, 2, 3)
                                .truth("2")),
                is(
                        BROKEN,
                        "the value is there",
                        Recording.of().write(1, "a", FAILED, 0, 1).truth("a")),
                is(
                        BROKEN,
                        "the value was read meanwhile",
                        Recording.of()
                                .write(1, "a", FAILED, 0, 1)
                                .read(1, List.of("a"), 2, 3)
                                .write(1, "b", OK, 4, 5)
                                .truth("b")),
                is(
                        HELD,
                        "the value was not read before the next",
                        Recording.of()
                                .write(1, "a", FAILED, 0, 1)
                                .read(1, List.of(), 2, 3)
                                .write(1, "b", OK, 4, 5)
                                .truth("b")),
                is(
                        INCONCLUSIVE,
                        "nobody looked before the next",
                        Recording.of()
                                .write(1, "a", FAILED, 0, 1)
                                .write(1, "b", OK, 4, 5)
                                .truth("b")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void failedWrites(Outcome outcome, String why, Recording recording, List<String> reason) {
        check(FailedWrites::check, outcome, recording, reason);
    }

    private static void check(
            Function<RecordedKey, Finding> checker, Outcome outcome, Recording recording, List<String> reason) {
        Finding finding = checker.apply(recording.key());

        assertThat(finding.outcome()).as(finding.toString()).isEqualTo(outcome);
        assertThat(reason).allSatisfy(part -> assertThat(finding.toString()).contains(part));
        assertThat(finding.advice().isEmpty()).isEqualTo(outcome == HELD);
    }
}
