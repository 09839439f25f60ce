package io.faultline.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.journal.Event;
import io.faultline.journal.Journal;
import io.faultline.observe.Observation;
import io.faultline.observe.Observer;
import io.faultline.observe.Poll;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.model.About;
import io.faultline.scenario.model.NamedProbe;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.model.Steady;
import io.faultline.scenario.model.Step;
import io.faultline.scenario.probe.Probe;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.ContainerState;

class ProbeRunnerTest {

    private final Journal journal = new Journal();
    private final Deque<Boolean> answers = new ArrayDeque<>();
    private final ProbeRunner looks = new ProbeRunner(scenario(new Answers(answers)), new Nobody(), journal);

    /** Sees one of these at each look, and the last one from then on. */
    private record Answers(Deque<Boolean> left) implements Probe {
        @Override
        public String role() {
            return "client";
        }

        @Override
        public Observation look(RunningSystem system, Duration within) {
            boolean ok = left.size() > 1 ? left.remove() : left.element();
            return new Observation(ok, ok ? "200" : "503", Duration.ofMillis(1));
        }
    }

    private record Nobody() implements RunningSystem {
        @Override
        public List<String> roles() {
            return List.of();
        }

        @Override
        public ContainerState container(String role) {
            throw new UnsupportedOperationException(role);
        }

        @Override
        public void close() {}
    }

    private static Scenario scenario(Probe probe) {
        return new Scenario(
                new About("looks", 1, "title", "why", "good", "fix", List.of()),
                Map.of("client", "who is looked at"),
                List.of(),
                Map.of("works", new NamedProbe("works", probe, Duration.ofSeconds(1))),
                new Steady(List.of("works"), Duration.ofSeconds(1), Duration.ofSeconds(1)),
                List.of(),
                List.of());
    }

    private List<String> recorded() {
        return journal.events().stream().map(ProbeRunnerTest::told).toList();
    }

    private static String told(Event event) {
        return event.text() + (event.facts().containsKey("last") ? ", last" : "");
    }

    @Test
    void recordsThatASingleLookIsTheLast() throws InterruptedException {
        answers.add(true);

        looks.once("works");
        looks.once("works");

        assertThat(recorded()).containsExactly("works passes: 200, last", "works passes: 200, last");
    }

    @Test
    void recordsTheFirstLookAndTheOneThatSawWhatWasLookedFor() throws InterruptedException {
        answers.addAll(List.of(false, false, true));

        try (Poll poll = Poll.start(looks.observer(new Step.Look("works", true)), Duration.ofMillis(1))) {
            poll.await(inAMinute());
        }

        assertThat(recorded()).containsExactly("works fails: 503", "works passes: 200, last");
    }

    @Test
    void recordsTheLookAtWhichItGaveUp() throws InterruptedException {
        answers.add(false);

        Poll poll = Poll.start(looks.observer(new Step.Look("works", true)), Duration.ofMillis(1));
        poll.awaitLook(Duration.ofMinutes(1));
        poll.close();
        poll.awaitLookAfter(System.nanoTime(), Duration.ofMinutes(1));

        assertThat(recorded()).containsExactly("works fails: 503", "works fails: 503, last");
    }

    @Test
    void recordsUntilWhenItHeld() throws InterruptedException {
        answers.addAll(List.of(true, true, false));

        try (Poll poll = Poll.start(looks.observer(new Step.Look("works", false)), Duration.ofMillis(1))) {
            poll.await(inAMinute());
        }

        assertThat(recorded()).containsExactly("works passes: 200", "works fails: 503, last");
    }

    @Test
    void recordsEachLookThatSawSomethingElseThanTheOneBefore() throws InterruptedException {
        answers.addAll(List.of(false, true, false, false));
        Observer row = looks.observer(new Step.Look("works", true));

        for (int i = 0; i < 4; i++) {
            row.observe();
        }

        assertThat(recorded()).containsExactly("works fails: 503", "works fails: 503");
    }

    private static long inAMinute() {
        return System.nanoTime() + Duration.ofMinutes(1).toNanos();
    }
}
