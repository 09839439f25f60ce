package io.faultline.scenario.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.truth.Case;
import io.faultline.truth.Case.Truth;
import io.faultline.truth.Result;
import io.faultline.truth.Theatre;
import io.faultline.verify.Cause;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each scenario file that is right is HELD, and no wrong one is, because something is wrong with it and not with the machine. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("truth")
class TruthScenariosDockerIT {

    private static final Set<String> NO_REASON =
            Set.of("", Cause.FAILED.name(), Cause.IMPOSSIBLE_FAULT.name(), Cause.INTERRUPTED.name());

    private static Theatre theatre;

    @BeforeAll
    static void open() {
        theatre = new Theatre();
    }

    @AfterAll
    static void close() {
        theatre.close();
    }

    static List<Case> cases() {
        return ScenarioCases.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isJudgedAsItIs(Case each) {
        Result result = theatre.play(each);

        boolean isFalse = result.isFalseGreen() || result.isFalseRed();
        assumeTrue(each.gap().isEmpty() || !isFalse, () -> "known gap: " + result.describe());
        assertThat(isFalse).as(result.describe() + "\n" + result.said()).isFalse();
        if (each.truth() == Truth.WRONG) {
            assertThat(result.cause()).as(result.said()).isNotIn(NO_REASON);
        }
    }

    @Test
    void areSomeOfEachKind() {
        assertThat(cases()).filteredOn(each -> each.truth() == Truth.RIGHT).hasSizeGreaterThan(10);
        assertThat(cases()).filteredOn(each -> each.truth() == Truth.WRONG).hasSizeGreaterThan(10);
    }
}
