package io.faultline.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.truth.Case.Truth;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each experiment that is right is HELD, and no wrong one is, for a reason that makes it wrong. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("truth")
class TruthDockerIT {

    private static Theatre theatre;

    @BeforeAll
    static void open() {
        theatre = new Theatre();
    }

    @AfterAll
    static void close() {
        theatre.close();
    }

    static Stream<Case> right() {
        return TruthCases.all().stream().filter(each -> each.truth() == Truth.RIGHT);
    }

    static Stream<Case> wrong() {
        return TruthCases.all().stream().filter(each -> each.truth() == Truth.WRONG);
    }

    @ParameterizedTest
    @MethodSource("right")
    void holds(Case each) {
        Result result = theatre.play(each);

        assumeTrue(each.gap().isEmpty() || !result.isFalseRed(), () -> "known gap: " + result.describe());
        assertThat(result.isFalseRed())
                .as(result.describe() + "\n" + result.said())
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void doesNotHold(Case each) {
        Result result = theatre.play(each);

        assumeTrue(each.gap().isEmpty() || !result.isFalseGreen(), () -> "known gap: " + result.describe());
        assertThat(result.isFalseGreen()).as(result.describe()).isFalse();
        assertThat(result.isBesideThePoint())
                .as(result.describe() + "\n" + result.said())
                .isFalse();
    }

    /** A gap of a case that is called otherwise by now would hide nothing and be believed in. */
    @Test
    void knowsTheCasesOfAllGaps() {
        assertThat(TruthCases.all().stream().map(Case::toString))
                .containsAll(KnownGaps.names().stream()
                        .filter(name -> !name.contains(" file: "))
                        .toList());
    }

    @Test
    void areManyOfEachKind() {
        assertThat(right()).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
        assertThat(wrong().map(Case::toString)).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
    }
}
