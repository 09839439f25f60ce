package io.faultline.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.journal.Event.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalTest {

    private final Journal journal = new Journal();

    @Test
    void tellsEventsInTheOrderInWhichTheyHappened() {
        long now = System.nanoTime();
        journal.record(Kind.HEALED, now + 20, "healed", Map.of());
        journal.record(Kind.DETECTED, now + 10, "detected", Map.of());
        journal.record(Kind.NOTE, now + 20, "noted", Map.of());

        assertThat(journal.events()).extracting(Event::text).containsExactly("detected", "healed", "noted");
    }

    @Test
    void keepsMonotonicAndCalendarTimeInStep() {
        Event event = journal.record(Kind.NOTE, "now", Map.of());

        assertThat(event.at()).isGreaterThanOrEqualTo(Duration.ZERO);
        assertThat(event.wallClock()).isEqualTo(journal.began().plus(event.at()));
    }

    @Test
    void tellsListenersOfLaterEventsOnly() {
        List<Event> heard = new ArrayList<>();
        journal.record(Kind.NOTE, "before", Map.of());
        journal.onEvent(heard::add);
        Event later = journal.record(Kind.NOTE, "later", Map.of());

        assertThat(heard).containsExactly(later);
    }

    @Test
    void goesOnWhenAListenerFails() {
        List<Event> heard = new ArrayList<>();
        journal.onEvent(event -> {
            throw new IllegalStateException("no paper");
        });
        journal.onEvent(heard::add);
        journal.record(Kind.HEAL, "heal", Map.of());

        assertThat(heard).extracting(Event::text).containsExactly("heal");
        assertThat(journal.events())
                .extracting(Event::text)
                .containsExactly("heal", "a listener of the journal failed: java.lang.IllegalStateException: no paper");
    }

    @Test
    void givesOutACopyThatDoesNotChange() {
        List<Event> before = journal.events();
        journal.record(Kind.NOTE, "later", Map.of());

        assertThat(before).isEmpty();
    }

    @Test
    void countsTheTimelineFromTheFirstInjection() {
        long now = System.nanoTime();
        journal.record(Kind.STEADY, now - 2_500_000_000L, "steady", Map.of());
        journal.record(Kind.IN_FORCE, now, "Partition is in force", Map.of());
        journal.record(Kind.IN_FORCE, now + 1, "another is in force", Map.of());
        journal.record(Kind.DETECTED, now + 3_061_000_000L, "the worker notices: TIMEOUT", Map.of());

        assertThat(Timeline.of(journal)).isEqualTo("""
                           -2.500 s  steady       steady
                           +0.000 s  in force     Partition is in force
                           +0.000 s  in force     another is in force
                           +3.061 s  detected     the worker notices: TIMEOUT
                        """);
    }

    @Test
    void countsTheTimelineFromTheBeginningWithoutAnInjection() {
        Event event = journal.record(Kind.NOTE, "noted", Map.of());

        assertThat(Timeline.of(journal)).isEqualTo(Timeline.line(event, Duration.ZERO) + "\n");
    }

    @Test
    void leavesWhatContainersLogOutOfTheTimeline() {
        journal.record(Kind.LOG, "a line of many", Map.of("role", "client"));

        assertThat(Timeline.of(journal)).isEmpty();
    }
}
