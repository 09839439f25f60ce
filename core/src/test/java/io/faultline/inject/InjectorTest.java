package io.faultline.inject;

import static io.faultline.world.FakeAgent.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.faultline.agent.AgentException;
import io.faultline.agent.Seen;
import io.faultline.effect.ActionState;
import io.faultline.effect.AgentAction;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.Count;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.fault.Fault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Plan;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.topology.Hop;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import io.faultline.world.FakeAgent;
import io.faultline.world.FakeEffect;
import io.faultline.world.FakeFault;
import io.faultline.world.FakeSource;
import io.faultline.world.ResolvedTargets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
    void leavesItToTheAgentToLookAtWhatIsKnownFromBefore() {
        source.remembers(new Seen(100, 7, "c0ffee"), new Seen(9, 8, null));

        injector.inject(SINGLE).heal();

        assertThat(source.looks()).isZero();
        assertThat(agent.requests("open").get(0).get("unchanged"))
                .hasToString("[{\"pid\":100,\"started\":7,\"version\":\"c0ffee\"},{\"pid\":9,\"started\":8}]");
    }

    @Test
    void looksAgainAtWhatIsNoLongerAsItWas() {
        source.remembers(new Seen(100, 7, "c0ffee"));
        agent.on(
                "open",
                request -> request.getAsJsonArray("unchanged").isEmpty()
                        ? FakeAgent.opened(request, System.nanoTime())
                        : outdated(request));

        injector.inject(SINGLE);

        assertThat(source.looks()).isEqualTo(1);
        assertThat(agent.asked()).containsExactly("open 1", "heal 1", "open 2");
        assertThat(journal.events())
                .filteredOn(event -> event.facts().containsKey("injection"))
                .allMatch(event -> event.facts().get("injection").equals("1"));
        assertThat(journal.events())
                .anyMatch(event -> event.text().startsWith("looked at the targets again: ")
                        && event.text().endsWith("has another address"));
    }

    @Test
    void aRefusalThatIsNotAboutWhatIsKnownFromBeforeIsFinal() {
        source.remembers(new Seen(100, 7, "c0ffee"));
        agent.on("open", request -> refusal(request, "no such chain"));

        assertThatThrownBy(() -> injector.inject(SINGLE)).hasMessageContaining("no such chain");
        assertThat(source.looks()).isZero();
    }

    @Test
    void looksFirstIfTheFaultCannotBePlannedAsBefore() {
        source.remembers(new Seen(100, 7, "c0ffee"));
        Fault fault = new Fault() {
            @Override
            public List<Target> targets() {
                return SINGLE.targets();
            }

            @Override
            public Plan plan(Topology topology) {
                if (source.looks() == 0) {
                    throw new ImpossibleFaultException("not as it was before");
                }
                return SINGLE.plan(topology);
            }
        };

        injector.inject(fault);

        assertThat(agent.asked()).containsExactly("open 1");
        assertThat(agent.requests("open").get(0).getAsJsonArray("unchanged")).isEmpty();
    }

    private static JsonObject outdated(JsonObject request) {
        JsonObject answer = refusal(request, "it has another address");
        answer.addProperty("outdated", true);
        return answer;
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
    void numbersEffectsThroughoutTheRun() {
        InjectionRegistry registry = source.registry();

        assertThat(List.of(registry.nextTag(), registry.nextTag()))
                .containsExactly("FAULTLINE-0a1b2c3d-1", "FAULTLINE-0a1b2c3d-2");
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
        public AgentAction action() {
            throw new StackOverflowError();
        }

        @Override
        public boolean overlaps(Effect other) {
            return false;
        }

        @Override
        public List<Count> evidence(ActionState state) {
            return List.of();
        }
    }
}
