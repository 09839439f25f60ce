package io.faultline.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.faultline.effect.Flows;
import io.faultline.effect.Peers;
import io.faultline.effect.Traffic;
import io.faultline.fault.packet.PacketAction;
import io.faultline.fault.packet.PacketRules;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.world.FakeAgent;
import io.faultline.world.FakeEffect;
import io.faultline.world.FakeFault;
import io.faultline.world.FakeSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An injection judges at its end whether it had an effect. */
@Timeout(20)
class JudgedInjectionTest {

    private static final FakeFault SINGLE = FakeFault.of("Single", FakeEffect.in(1));

    private final FakeSource source = new FakeSource();
    private final FakeAgent agent = source.fake();
    private final Journal journal = new Journal();
    private final Injector injector = new Injector(source.registry(), journal);

    @Test
    void failsAtTheEndIfTheFaultNeverMetAPacket() {
        injector.inject(new FakeFault("Single", SINGLE.effects(), List.of("docker-proxy answers at 0.0.0.0:1")));

        assertThatThrownBy(injector::close)
                .isInstanceOf(NoEffectError.class)
                .hasMessageContainingAll(
                        "Single had no effect: 0 packets dropped in", "docker-proxy answers at 0.0.0.0:1.")
                .cause()
                .hasMessage("Single was opened here");
    }

    @Test
    void judgesHimTooWhoHasReadTheEvidence() {
        Injection injection = injector.inject(SINGLE);
        assertThat(injection.evidence().tookEffect()).isFalse();

        assertThatThrownBy(injection::close).isInstanceOf(NoEffectError.class).hasMessageContaining("allowNoEffect()");
        assertThat(journal.errors().takeUnheard(thread -> true)).hasSize(1);
    }

    @Test
    void doesNotJudgeWhatMayHaveNoEffect() {
        try (Injection injection = injector.inject(SINGLE).allowNoEffect()) {
            assertThat(injection.evidence().tookEffect()).isFalse();
        }
        injector.close();
        assertThat(journal.errors().takeUnheard(thread -> true)).isEmpty();
    }

    @Test
    void doesNotSayAgainWhatAVerdictHasSaid() {
        injector.inject(SINGLE).judged();

        assertThatCode(injector::close).doesNotThrowAnyException();
    }

    @Test
    void judgesHimWhoOnlyHealed() {
        Injection injection = injector.inject(SINGLE);
        injection.heal();

        assertThatThrownBy(injection::close).isInstanceOf(NoEffectError.class);
    }

    @Test
    void failsAtTheEndIfTheFaultEndedEarlyThoughItMetPackets() {
        injector.inject(SINGLE);
        agent.end("FAULTLINE-0a1b2c3d-1", "the lease of 15 s was not renewed", 8);
        awaitEarlyEnd();

        assertThatThrownBy(injector::close)
                .isInstanceOf(NoEffectError.class)
                .hasMessageContainingAll("did not hold for as long as was asked", "the lease of 15 s was not renewed");
        assertThat(agent.asked()).containsExactly("open 1"); // there is nothing left to heal
    }

    @Test
    void distrustsTheCountsOfATargetThatDiedOrOfRulesThatWereRemoved() {
        Injection injection = injector.inject(SINGLE);
        agent.on("read", invalidatedBy("wiped", true));
        assertThat(injection.evidence().invalidated())
                .hasValueSatisfying(why -> assertThat(why).contains("removed by somebody else"));
        agent.on("heal", invalidatedBy("target_alive", false));
        assertThat(injection.heal().invalidated())
                .hasValueSatisfying(why -> assertThat(why).contains("the target's process died"));
        assertThat(injection.evidence().tookEffect()).isFalse();
    }

    @Test
    void distrustsTheCountsOfRulesThatAreNotWholeAnyMore() {
        Injection injection = injector.inject(SINGLE);
        agent.on("read", request -> {
            JsonObject answer = FakeAgent.counted(request, 5);
            answer.getAsJsonObject("action").addProperty("flaw", "a rule is gone");
            return answer;
        });

        assertThat(injection.evidence().total()).isEqualTo(5);
        assertThat(injection.evidence().tookEffect()).isFalse();
        assertThat(injection.evidence().invalidated()).contains("a rule is gone");
    }

    @Test
    void keepsWhosePacketsWereHarmedAfterTheHealing() {
        PacketRules rules = new PacketRules(
                "redis",
                new Leg(Leg.Kind.CONTAINER, new NetworkNamespace(1, 1), List.of()),
                new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true),
                Traffic.with(Peers.everyone()),
                new PacketAction.Dropped());
        agent.on("heal", request -> {
            JsonObject answer = FakeAgent.counted(request, 5);
            answer.getAsJsonObject("action").add("flows", JsonParser.parseString("{\"met\": [], \"full\": true}"));
            return answer;
        });
        Injection remembers = injector.inject(FakeFault.of("Remembers", rules));
        Injection knowsNoPackets = injector.inject(FakeFault.of("Other", FakeEffect.in(2)));

        assertThat(remembers.evidence().flows()).containsExactly(new HarmedFlows(rules, Optional.empty()));
        assertThat(remembers.heal().flows())
                .containsExactly(new HarmedFlows(rules, Optional.of(new Flows(List.of(), true))));
        assertThat(remembers.evidence().flows()).hasSize(1);
        assertThat(knowsNoPackets.evidence().flows()).isEmpty();
    }

    @Test
    void distrustsWhatTheAgentCannotSayAnyMore() {
        Injection injection = injector.inject(SINGLE);
        agent.on("read", request -> {
            JsonObject answer = FakeAgent.counted(request, 5);
            answer.remove("action");
            return answer;
        });

        assertThat(injection.evidence().tookEffect()).isFalse();
    }

    private void awaitEarlyEnd() {
        await().until(() -> journal.events().stream().anyMatch(event -> event.kind() == Kind.ENDED_EARLY));
    }

    private static Function<JsonObject, JsonObject> invalidatedBy(String field, boolean value) {
        return request -> {
            JsonObject answer = FakeAgent.counted(request, 5);
            answer.addProperty(field, value);
            return answer;
        };
    }
}
