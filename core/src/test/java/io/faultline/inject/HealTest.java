package io.faultline.inject;

import static io.faultline.world.FakeAgent.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.world.FakeAgent;
import io.faultline.world.FakeEffect;
import io.faultline.world.FakeFault;
import io.faultline.world.FakeSource;
import java.time.Instant;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is taken back, in which order, and what happens to the rest if a part cannot be. */
@Timeout(20)
class HealTest {

    private static final FakeFault TRIPLE =
            FakeFault.of("Triple", FakeEffect.in(1), FakeEffect.in(2), FakeEffect.in(3));
    private static final FakeFault SINGLE = FakeFault.of("Single", FakeEffect.in(1));

    private final FakeSource source = new FakeSource();
    private final FakeAgent agent = source.fake();
    private final Journal journal = new Journal();
    private final Injector injector = new Injector(source.registry(), journal);

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
    void healsThoughAListenerOfTheJournalThrows() {
        Injection injection = injector.inject(SINGLE);
        journal.onEvent(event -> {
            throw new IllegalStateException("no paper");
        });
        injection.heal();

        assertThat(agent.asked()).containsExactly("open 1", "heal 1");
    }

    private void awaitEarlyEnd() {
        await().until(() -> journal.events().stream().anyMatch(event -> event.kind() == Kind.ENDED_EARLY));
    }

    private static Function<JsonObject, JsonObject> onEffect(
            int number, Function<JsonObject, JsonObject> then, Function<JsonObject, JsonObject> otherwise) {
        return request -> (number(request) == number ? then : otherwise).apply(request);
    }

    private static int number(JsonObject request) {
        return Integer.parseInt(request.get("effect").getAsString().replaceAll(".*-", ""));
    }
}
