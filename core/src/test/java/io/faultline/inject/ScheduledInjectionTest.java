package io.faultline.inject;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.faultline.fault.Fault;
import io.faultline.fault.Ramp;
import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.world.FakeAgent;
import io.faultline.world.FakeEffect;
import io.faultline.world.FakeFault;
import io.faultline.world.FakeSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ScheduledInjectionTest {

    private static final Fault FAULT = FakeFault.of("Fault", FakeEffect.in(1));

    private final FakeSource source = new FakeSource();
    private final FakeAgent agent = source.fake();
    private final Journal journal = new Journal();
    private final Injector injector = new Injector(source.registry(), journal);

    @Test
    void isHarmlessUntilItsTimeHasCome() throws Exception {
        agent.count(1);
        Injection injection = injector.inject(FAULT.after(ofMillis(50)));
        long prepared = injection.inForceNanos();
        injection.awaitInForce();

        assertThat(opened().get("lifted").getAsBoolean()).isTrue();
        assertThat(opened().get("fake").toString()).contains("effect in 1");
        assertThat(injection.inForceNanos() - prepared)
                .isGreaterThan(ofMillis(49).toNanos());
        assertThat(agent.asked()).containsExactly("open 1", "restore 1");
        assertThat(kinds()).containsOnlyOnce(Kind.IN_FORCE);
        injector.close();
    }

    @Test
    void saysThatItNeverBeganIfItIsHealedBefore() throws Exception {
        Injection injection = injector.inject(FAULT.after(ofHours(1)));

        assertThatThrownBy(injection::close)
                .isInstanceOf(NoEffectError.class)
                .hasMessageContaining("healed before it began");
        injection.awaitInForce(); // or somebody would wait for ever
        assertThat(agent.asked()).containsExactly("open 1", "heal 1");
    }

    @Test
    void healsItselfWhenItsTimeIsOver() {
        agent.count(3);
        Injection injection = injector.inject(FAULT.lasting(ofMillis(20)));
        await().until(injection::isHealed);

        assertThat(opened().get("max_ms").getAsLong()).isEqualTo(5020); // the agent's own limit is only a net
        assertThat(injection.evidence().total()).isEqualTo(3);
        assertThat(injection.evidence().invalidated()).isEmpty();
        injector.close();
        assertThat(agent.asked()).containsExactly("open 1", "heal 1");
    }

    @Test
    void comesAndGoesUntilItIsHealed() {
        agent.count(1);
        Injection injection = injector.inject(FAULT.pulse(ofMillis(10), ofMillis(10)));
        await().until(() -> agent.asked().size() > 4);
        injection.heal();

        assertThat(agent.asked().subList(0, 5)).containsExactly("open 1", "lift 1", "restore 1", "lift 1", "restore 1");
        assertThat(agent.asked()).endsWith("heal 1");
        int asked = agent.asked().size();
        injector.close();
        assertThat(agent.asked()).hasSize(asked);
    }

    @Test
    void growsWithoutBeingOpenedAgain() {
        agent.count(1);
        Injection injection =
                injector.inject(Ramp.of(1, 2, ofMillis(20), value -> FakeFault.of("Fault " + value, FakeEffect.in(1))));
        await().until(() -> !agent.requests("retune").isEmpty());
        injector.close();

        assertThat(agent.requests("retune").get(0).get("order").toString()).contains("effect in 1");
        assertThat(agent.asked()).containsExactly("open 1", "retune 1", "heal 1");
        assertThat(injection.isHealed()).isTrue();
    }

    @Test
    void trustsNoEvidenceOfAFaultWhoseScheduleWasBroken() {
        agent.count(1);
        agent.on("restore", request -> FakeAgent.refusal(request, "no such set"));
        Injection injection = injector.inject(FAULT.after(ofMillis(1)));
        await().until(() -> kinds().contains(Kind.FAILED));

        assertThat(injection.evidence().tookEffect()).isFalse();
        assertThat(injection.evidence().invalidated())
                .hasValueSatisfying(why -> assertThat(why).contains("schedule could not be kept", "no such set"));
        assertThatThrownBy(injector::close)
                .isInstanceOf(NoEffectError.class)
                .hasMessageContaining("did not hold for as long as was asked: its schedule could not be kept");
    }

    @Test
    void isLiftedAndRestoredByHandOnceEach() {
        agent.count(1);
        Injection injection = injector.inject(FAULT);
        injection.lift();
        injection.lift();
        injection.restore();
        injection.restore();
        injection.heal();

        assertThat(agent.asked()).containsExactly("open 1", "lift 1", "restore 1", "heal 1");
        assertThat(kinds()).containsOnlyOnce(Kind.LIFTED);
        assertThatThrownBy(injection::lift)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("it is healed");
        injector.close();
    }

    @Test
    void doesNotClaimToBeInForceIfItIsTunedWhileItIsLifted() {
        agent.count(1);
        Injection injection = injector.inject(FAULT);
        injection.lift();
        injection.retune(FakeFault.of("Stronger", FakeEffect.in(1)));

        assertThat(kinds()).containsOnlyOnce(Kind.IN_FORCE).endsWith(Kind.NOTE);
        injection.restore();
        assertThat(journal.events().get(journal.events().size() - 1).text()).isEqualTo("Stronger is in force");
        injector.close();
    }

    @Test
    void refusesToBecomeAFaultOfAnotherMake() {
        agent.count(1);
        Injection injection = injector.inject(FAULT);

        assertThatThrownBy(() -> injection.retune(FakeFault.of("Two", FakeEffect.in(1), FakeEffect.in(2))))
                .hasMessageContaining("made of different effects");
        assertThatThrownBy(() -> injection.retune(FakeFault.of("Other", FakeEffect.in(2))))
                .hasMessageContaining("cannot become");
        injector.close();
        assertThat(agent.asked()).containsExactly("open 1", "heal 1");
    }

    private JsonObject opened() {
        return agent.requests("open").get(0).getAsJsonArray("effects").get(0).getAsJsonObject();
    }

    private List<Kind> kinds() {
        return journal.events().stream().map(Event::kind).toList();
    }
}
