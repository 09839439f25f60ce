package io.faultline.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.scenario.model.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LookaheadTest {

    private static final Step.Expect FIRST = expect("first");
    private static final Step.Expect SECOND = expect("second");
    private static final Step.Expect THIRD = expect("third");
    private static final Step HOLD = new Step.Hold(1, "it goes on", Optional.empty(), Duration.ofSeconds(1));

    @Test
    void findsWhatIsExpectedUntilTheFaultIsHealedByItsName() {
        assertThat(under("cut", FIRST, HOLD, heal("other"), SECOND, heal("cut"), THIRD))
                .containsExactly(FIRST, SECOND);
    }

    @Test
    void findsAllThatFollowsAFaultThatIsHealedAtTheEnd() {
        assertThat(under("cut", inject("other"), FIRST, heal("other"), SECOND)).containsExactly(FIRST, SECOND);
        assertThat(under("cut")).isEmpty();
    }

    @Test
    void looksIntoEachBranchUntilItHeals() {
        Step parallel = parallel(List.of(FIRST, heal("cut"), expect("healed")), List.of(HOLD, SECOND));

        assertThat(under("cut", parallel, THIRD)).containsExactly(FIRST, SECOND);
    }

    @Test
    void goesOnAfterBranchesThatDoNotHeal() {
        assertThat(under("cut", parallel(List.of(FIRST), List.of(SECOND)), THIRD))
                .containsExactly(FIRST, SECOND, THIRD);
    }

    @Test
    void looksIntoWhatIsRepeated() {
        assertThat(under("cut", repeat(FIRST), SECOND)).containsExactly(FIRST, SECOND);
        assertThat(under("cut", repeat(FIRST, heal("cut"), SECOND), THIRD)).containsExactly(FIRST);
        assertThat(under("cut", repeat(parallel(List.of(FIRST, heal("cut")), List.of(SECOND))), THIRD))
                .containsExactly(FIRST, SECOND);
    }

    @Test
    void findsWhatIsExpectedAfterAHealingUntilSomethingElseHappens() {
        Optional<String> none = Optional.empty();
        Step terminate =
                new Step.Terminate(1, "app", Duration.ofSeconds(1), none, Set.of(0), "", Optional.empty(), none);

        for (Step next : Stream.of(inject("next"), heal("next"), terminate).toList()) {
            assertThat(Lookahead.afterHealing(List.of(FIRST, HOLD, SECOND, next, THIRD)))
                    .containsExactly(FIRST, SECOND);
            assertThat(Lookahead.afterHealing(List.of(repeat(FIRST, next), THIRD)))
                    .containsExactly(FIRST);
        }
    }

    private static List<Step.Expect> under(String name, Step... following) {
        return Lookahead.under(name, List.of(following));
    }

    private static Step.Expect expect(String what) {
        return new Step.Expect(1, what, new Step.Look("works", true), Duration.ofSeconds(1));
    }

    private static Step heal(String name) {
        return new Step.Heal(1, name);
    }

    private static Step inject(String name) {
        return new Step.Inject(1, name, List.of());
    }

    private static Step parallel(List<Step> one, List<Step> other) {
        return new Step.Parallel(1, List.of(one, other));
    }

    private static Step repeat(Step... steps) {
        return new Step.Repeat(1, 2, List.of(steps));
    }
}
