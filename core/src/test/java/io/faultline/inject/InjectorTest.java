package io.faultline.inject;

import static io.faultline.world.FakeAgent.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.faultline.agent.AgentException;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.Count;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.Readings;
import io.faultline.effect.Script;
import io.faultline.fault.Fault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Plan;
import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.topology.Hop;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.Topology;
import io.faultline.world.FakeAgent;
import io.faultline.world.FakeEffect;
import io.faultline.world.FakeFault;
import io.faultline.world.FakeSource;
import io.faultline.world.ResolvedTargets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class InjectorTest {

    private static final FakeFault TRIPLE =
            FakeFault.of("Triple", FakeEffect.in(1), FakeEffect.in(2), FakeEffect.in(3));
    private static final FakeFault SINGLE = FakeFault.of("Single", FakeEffect.in(1));

    private final FakeSource source = new FakeSource();
    private final FakeAgent agent = source.fake();
    private final Journal journal = new Journal();
    private final Injector injector = new Injector(source.registry(), journal);

    @Test
    void makesAllEffectsInOneRequestAndTakesThemBackIfItIsRefused() {
        agent.on("open", request -> refusal(request, "no such chain"));

        assertThatThrownBy(() -> injector.inject(TRIPLE))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("no such chain");
        assertThat(agent.asked()).containsExactly("open 1 2 3", "heal 1 2 3");
        assertThatCode(injector::close).doesNotThrowAnyException();
    }

    @Test
    void namesTheInjectionByItsNumberInAllThatTheJournalHoldsOfIt() {
        agent.count(1);
        injector.inject(SINGLE).heal();
        injector.inject(SINGLE).heal();

        for (Kind kind : List.of(Kind.INJECT, Kind.IN_FORCE, Kind.HEAL, Kind.HEALED, Kind.EVIDENCE)) {
            assertThat(journal.events().stream()
                            .filter(event -> event.kind() == kind)
                            .map(event -> event.facts().get("fault") + " "
                                    + event.facts().get("injection")))
                    .as(kind.label())
                    .containsExactly("Single 1", "Single 2");
        }
    }

    @Test
    void touchesNothingIfALaterEffectCannotEvenBeWritten() {
        Effect broken = new Broken(FakeEffect.in(2));

        assertThatThrownBy(() -> injector.inject(FakeFault.of("Broken", FakeEffect.in(1), broken)))
                .isInstanceOf(StackOverflowError.class);
        assertThat(agent.asked()).isEmpty();
    }

    @Test
    void knowsOfEachEffectWhenItWasInForce() {
        long first = System.nanoTime() - 1_000_000;
        agent.on("open", request -> FakeAgent.opened(request, first, first + 500_000, first + 300_000));
        Effect slow = FakeEffect.in(3);

        Injection injection = injector.inject(FakeFault.of("Uneven", FakeEffect.in(1), slow, FakeEffect.in(2)));

        assertThat(injection.inForceNanos()).isEqualTo(injection.inForceNanos(slow));
        assertThat(injection.inForceNanos(FakeEffect.in(2)) - injection.inForceNanos(FakeEffect.in(1)))
                .isEqualTo(300_000);
    }

    @Test
    void healsNewestFirstAndOnlyOnce() {
        agent.count(2);
        Injection injection = injector.inject(TRIPLE);
        assertThat(injection.isHealed()).isFalse();
        Evidence first = injection.heal();

        assertThat(injection.heal()).isEqualTo(first);
        injection.close();
        injector.close();
        injector.close();

        assertThat(first.total()).isEqualTo(6);
        assertThat(injection.isHealed()).isTrue();
        assertThat(injection.healedNanos()).isGreaterThanOrEqualTo(injection.inForceNanos());
        assertThat(agent.asked()).containsExactly("open 1 2 3", "heal 3 2 1");
    }

    @Test
    void healsTheOthersIfOneCannotBeHealedAndSaysSo() {
        agent.count(1);
        Injection injection = injector.inject(TRIPLE);
        agent.on(
                "heal",
                onEffect(
                        1,
                        request -> FakeAgent.counted(request, 1),
                        request -> FakeAgent.stuck(request, "stuck " + number(request))));

        HealFailedException failure = catchThrowableOfType(HealFailedException.class, injection::heal);

        assertThat(agent.asked()).endsWith("heal 3 2 1");
        assertThat(failure)
                .hasMessageContainingAll("Could not heal Triple", "stuck 3", "faultline heal")
                .hasRootCauseMessage("The agent could not take FAULTLINE-0a1b2c3d-3 back: stuck 3.");
        assertThat(failure.getCause().getSuppressed())
                .extracting(Throwable::getMessage)
                .containsExactly("The agent could not take FAULTLINE-0a1b2c3d-2 back: stuck 2.");
        assertThat(failure.getSuppressed()).extracting(Throwable::getMessage).containsExactly("Triple was opened here");
        assertThat(journal.events())
                .extracting(Event::kind)
                .contains(Kind.FAILED)
                .doesNotContain(Kind.HEALED);
    }

    @Test
    void healsEachInjectionAtTheEndEvenIfOneFails() {
        agent.count(1);
        injector.inject(FakeFault.of("First", FakeEffect.in(1)));
        injector.inject(FakeFault.of("Second", FakeEffect.in(2)));
        agent.on("heal", onEffect(2, request -> refusal(request, "stuck"), request -> FakeAgent.counted(request, 0)));

        Throwable failure = catchThrowable(injector::close);

        assertThat(agent.asked()).endsWith("heal 2", "heal 1");
        assertThat(failure).isInstanceOf(HealFailedException.class).hasMessageContaining("Second");
        assertThat(failure.getSuppressed()).hasAtLeastOneElementOfType(NoEffectError.class);
    }

    @Test
    void refusesAClashAndNamesBothBeforeAnythingIsTouched() {
        injector.inject(SINGLE);
        Injector otherTest = new Injector(source.registry(), new Journal());
        FakeFault second = FakeFault.of("Second", FakeEffect.in(2), FakeEffect.in(1));

        assertThatThrownBy(() -> otherTest.inject(second))
                .isInstanceOf(ClashException.class)
                .hasMessageContainingAll("Cannot inject Second", "Single is open", "effect in 1", "Heal that one first")
                .cause()
                .hasMessage("Single was opened here");
        assertThat(agent.asked()).containsExactly("open 1");
    }

    @Test
    void allowsTheSameAgainOnceTheFirstIsHealed() {
        injector.inject(SINGLE).heal();

        assertThatCode(() -> injector.inject(SINGLE).heal()).doesNotThrowAnyException();
    }

    @Test
    void refusesToInjectOnceItIsClosed() {
        injector.close();

        assertThatThrownBy(() -> injector.inject(SINGLE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("Cannot inject Single", "has ended");
        assertThat(agent.asked()).isEmpty();
    }

    @Test
    void touchesNothingIfTheTopologyCannotCarryTheFault() {
        Fault impossible = new Fault() {
            @Override
            public List<io.faultline.topology.Target> targets() {
                return List.of(ResolvedTargets.TARGET);
            }

            @Override
            public Plan plan(Topology topology) {
                throw new ImpossibleFaultException("no sch_netem");
            }
        };

        assertThatThrownBy(() -> injector.inject(impossible)).isInstanceOf(ImpossibleFaultException.class);
        assertThat(agent.asked()).isEmpty();
    }

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
    void tellsWhatAnotherThreadHasLeftOpenAndWhere() throws Exception {
        List<Injection> opened = new CopyOnWriteArrayList<>();
        Thread other = new Thread(() -> opened.add(injector.inject(SINGLE)), "another thread");
        other.start();
        other.join();

        assertThat(injector.leftOpenBy(thread -> thread.equals(Thread.currentThread())))
                .isEmpty();
        assertThat(injector.leftOpenBy(other::equals))
                .singleElement()
                .satisfies(leak -> assertThat(leak)
                        .hasMessageContainingAll("Single was opened in thread \"another thread\"", "Close it in that")
                        .cause()
                        .hasMessage("Single was opened here")
                        .hasStackTraceContaining("tellsWhatAnotherThreadHasLeftOpenAndWhere"));
        opened.forEach(Injection::heal);
        assertThat(injector.leftOpenBy(other::equals)).isEmpty();
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
    void hearsOfAnEarlyEndWhileItWaitsForTheAnswerToItsHeal() {
        Injection injection = injector.inject(SINGLE);
        agent.on("heal", request -> {
            agent.end("FAULTLINE-0a1b2c3d-1", "the maximum duration was reached", 8);
            return refusal(request, "FAULTLINE-0a1b2c3d-1 is not open");
        });

        Evidence evidence = injection.heal();

        assertThat(evidence.total()).isEqualTo(8);
        assertThat(evidence.invalidated()).contains("it ended early: the maximum duration was reached");
    }

    @Test
    void failsToHealWhatTheAgentCouldNotTakeBackByItself() {
        Injection injection = injector.inject(SINGLE);
        agent.say("{\"event\":\"ended\",\"effect\":\"FAULTLINE-0a1b2c3d-1\",\"why\":\"bye\",\"problem\":\"stuck\"}");
        awaitEarlyEnd();

        assertThatThrownBy(injection::heal)
                .isInstanceOf(HealFailedException.class)
                .hasMessageContaining("stuck");
        assertThat(journal.events())
                .filteredOn(event -> event.kind() == Kind.ENDED_EARLY)
                .singleElement()
                .satisfies(event -> assertThat(event.wallClock()).isBetween(journal.began(), Instant.now()));
    }

    @Test
    void sweepsWithAFreshAgentWhatADeadOneHeldOpen() {
        Injection injection = injector.inject(TRIPLE);
        source.kill();

        Evidence evidence = injection.heal();

        assertThat(source.fake()).isNotSameAs(agent);
        assertThat(source.fake().asked()).contains("sweep 1 2 3");
        assertThat(evidence.invalidated())
                .hasValueSatisfying(why -> assertThat(why).contains("the agent died"));
        assertThat(evidence.tookEffect()).isFalse();
    }

    @Test
    void reportsAFailedHealEachTime() {
        Injection injection = injector.inject(SINGLE);
        agent.on("heal", request -> FakeAgent.refusal(request, "stuck"));

        assertThatThrownBy(injection::heal).isInstanceOf(HealFailedException.class);
        assertThatThrownBy(injection::heal).isInstanceOf(HealFailedException.class);
        assertThatThrownBy(injection::close).isInstanceOf(HealFailedException.class);
        assertThatThrownBy(injector::close).isInstanceOf(HealFailedException.class); // at the test's end
    }

    @Test
    void canFailToHealTwiceInOneBlock() {
        Throwable failure = catchThrowable(() -> {
            try (Injection injection = injector.inject(SINGLE)) {
                agent.on("heal", request -> FakeAgent.refusal(request, "stuck"));
                injection.heal();
            }
        });

        assertThat(failure).isInstanceOf(HealFailedException.class).hasMessageContaining("stuck");
        assertThat(failure.getSuppressed()).hasAtLeastOneElementOfType(HealFailedException.class);
    }

    @Test
    void sweepsOnlyTheEffectsThatTheDeadAgentHeldOpen() {
        Injection orphaned = injector.inject(SINGLE);
        String tag = "FAULTLINE-0a1b2c3d-1";
        source.kill();

        orphaned.heal();

        JsonObject sweep = source.fake().requests("sweep").get(0);
        assertThat(sweep.has("runs")).isFalse();
        assertThat(sweep.getAsJsonArray("effects"))
                .extracting(JsonElement::getAsString)
                .containsExactly(tag);
    }

    @Test
    void sweepsIfTheAgentDiesOverTheHeal() {
        Injection injection = injector.inject(SINGLE);
        agent.on("heal", request -> {
            agent.die("Killed");
            return null;
        });

        assertThat(injection.heal().invalidated())
                .hasValueSatisfying(why -> assertThat(why).contains("the agent died"));
        assertThat(source.fake().asked()).contains("sweep 1");
    }

    @Test
    void needsNoSweepIfTheAgentHealedBeforeItDied() {
        Injection injection = injector.inject(SINGLE);
        agent.end("FAULTLINE-0a1b2c3d-1", "the agent ends", 8);
        source.kill();

        assertThat(injection.heal().total()).isEqualTo(8);
        assertThat(source.fake()).isSameAs(agent);
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
            answer.getAsJsonArray("counters").add("gone");
            return answer;
        });

        assertThat(injection.evidence().total()).isEqualTo(5);
        assertThat(injection.evidence().tookEffect()).isFalse();
    }

    @Test
    void healsThoughAListenerOfTheJournalThrows() {
        Injection injection = injector.inject(SINGLE);
        journal.onEvent(event -> {
            throw new IllegalStateException("no paper");
        });
        injection.heal();

        assertThat(agent.asked()).containsExactly("open 1", "heal 1");
    }

    @Test
    void numbersEffectsThroughoutTheRun() {
        InjectionRegistry registry = source.registry();

        assertThat(List.of(registry.nextTag(), registry.nextTag()))
                .containsExactly("FAULTLINE-0a1b2c3d-1", "FAULTLINE-0a1b2c3d-2");
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

    private static Function<JsonObject, JsonObject> onEffect(
            int number, Function<JsonObject, JsonObject> then, Function<JsonObject, JsonObject> otherwise) {
        return request -> (number(request) == number ? then : otherwise).apply(request);
    }

    private static int number(JsonObject request) {
        return Integer.parseInt(request.get("effect").getAsString().replaceAll(".*-", ""));
    }

    /** An effect of a user's own that fails with an Error. */
    private record Broken(FakeEffect like) implements AgentEffect {
        @Override
        public Impact impact() {
            return like.impact();
        }

        @Override
        public NetworkNamespace namespace() {
            return like.namespace();
        }

        @Override
        public boolean hits(Hop hop) {
            return true;
        }

        @Override
        public String summary() {
            return "broken";
        }

        @Override
        public Script script(String tag, Instant expiry) {
            throw new StackOverflowError();
        }

        @Override
        public boolean overlaps(Effect other) {
            return false;
        }

        @Override
        public List<Count> evidence(String tag, Readings readings) {
            return List.of();
        }

        @Override
        public boolean isIntact(String tag, Readings readings) {
            return true;
        }
    }
}
