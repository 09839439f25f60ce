package io.faultline.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.journal.Journal;
import io.faultline.topology.Hop;
import io.faultline.topology.ResolvedTarget;
import io.faultline.world.FakeAgent;
import io.faultline.world.FakeEffect;
import io.faultline.world.FakeFault;
import io.faultline.world.FakeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class EffectExecutorTest {

    private final List<String> done = new ArrayList<>();
    private final FakeSource source = new FakeSource();
    private final Injector injector = new Injector(source.registry(), new Journal());

    @Test
    void healsTheAgentsPartIfAnotherCarrierCannotMakeItsOwn() {
        source.carriedBy(new Paper(Optional.of("no paper")));

        assertThatThrownBy(() -> injector.inject(FakeFault.of("Mixed", FakeEffect.in(1), new Word("a"))))
                .hasMessage("no paper");
        assertThat(source.fake().asked()).containsExactly("open 1", "heal 1");
    }

    @Test
    void givesEachCarrierWhatFollowsOneAnotherAndHealsInTheOtherOrder() {
        source.carriedBy(new Paper(Optional.empty()));
        source.fake().count(1);
        Injection injection = injector.inject(
                FakeFault.of("Mixed", new Word("a"), new Word("b"), FakeEffect.in(1), FakeEffect.in(2), new Word("c")));
        injection.lift();
        injection.restore();
        injection.heal();

        assertThat(source.fake().asked()).containsExactly("open 1 2", "lift 2 1", "restore 1 2", "heal 2 1");
        assertThat(done)
                .containsExactly(
                        "open a b", "open c", "lift c", "lift a b", "restore a b", "restore c", "heal c", "heal a b");
        injector.close();
    }

    @Test
    void trustsNoEvidenceOnceAPartWasChangedAndAnotherWasNot() {
        source.carriedBy(new Paper(Optional.empty()));
        source.fake().count(1);
        source.fake().on("lift", request -> FakeAgent.refusal(request, "no such set"));
        Injection injection = injector.inject(FakeFault.of("Mixed", FakeEffect.in(1), new Word("a")));

        assertThatThrownBy(injection::lift).hasMessageContaining("no such set");
        assertThat(done).containsExactly("open a", "lift a");
        assertThat(injection.evidence().invalidated())
                .hasValueSatisfying(why -> assertThat(why).contains("could not be changed as a whole", "no such set"));
        injection.heal();
        assertThat(injection.evidence().tookEffect()).isFalse();
        assertThatThrownBy(injector::close).isInstanceOf(NoEffectError.class);
    }

    @Test
    void trustsTheEvidenceStillIfAChangeWasRefusedBeforeAnythingWasTouched() {
        source.carriedBy(new Paper(Optional.empty()));
        source.fake().count(1);
        Injection injection = injector.inject(FakeFault.of("Mixed", new Word("a"), FakeEffect.in(1)));

        assertThatThrownBy(() -> injection.retune(FakeFault.of("Other", new Word("b"), FakeEffect.in(1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(injection.evidence().invalidated()).isEmpty();
        injector.close();
    }

    @Test
    void saysSoIfNobodyCanMakeAnEffect() {
        assertThatThrownBy(() -> injector.inject(FakeFault.of("Word", new Word("a"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Nobody here can carry out \"a\"");
        assertThat(source.fake().asked()).isEmpty();
    }

    private record Word(String summary) implements Effect {

        @Override
        public Impact impact() {
            return Impact.DEGRADES;
        }

        @Override
        public boolean isOn(ResolvedTarget resolved) {
            return true;
        }

        @Override
        public boolean hits(Hop hop) {
            return false;
        }

        @Override
        public boolean overlaps(Effect other) {
            return false;
        }
    }

    /** Writes down what it is asked. */
    private final class Paper implements EffectExecutor {

        private final Optional<String> problem;

        Paper(Optional<String> problem) {
            this.problem = problem;
        }

        @Override
        public boolean handles(Effect effect) {
            return effect instanceof Word;
        }

        @Override
        public ActiveEffects open(List<Effect> effects, OpenOptions options) {
            problem.ifPresent(text -> {
                throw new IllegalStateException(text);
            });
            String words =
                    String.join(" ", effects.stream().map(Effect::summary).toList());
            done.add("open " + words);
            return new ActiveEffects() {
                @Override
                public int size() {
                    return effects.size();
                }

                @Override
                public List<Long> inForceNanos() {
                    return Collections.nCopies(size(), System.nanoTime());
                }

                @Override
                public Evidence read() {
                    return new Evidence(List.of(), Optional.empty());
                }

                @Override
                public Healing heal() {
                    done.add("heal " + words);
                    return new Healing(System.nanoTime(), read());
                }

                @Override
                public long lift() {
                    done.add("lift " + words);
                    return System.nanoTime();
                }

                @Override
                public long restore() {
                    done.add("restore " + words);
                    return System.nanoTime();
                }

                @Override
                public long retune(List<Effect> to) {
                    throw new IllegalArgumentException();
                }
            };
        }
    }
}
