package io.faultline.inject;

import io.faultline.agent.AgentException;
import io.faultline.agent.Ended;
import io.faultline.fault.Fault;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a journal holds of one injection. Every event names the injection by its number in the journal, because the same
 * fault can be injected twice, and is another one once it was retuned.
 */
record InjectionRecord(Journal journal, int number) {

    void add(Kind kind, Fault fault, String text) {
        add(kind, System.nanoTime(), fault, text);
    }

    void add(Kind kind, long nanos, Fault fault, String text) {
        add(kind, nanos, fault, text, Map.of());
    }

    void add(Kind kind, long nanos, Fault fault, String text, Map<String, String> more) {
        Map<String, String> facts = new HashMap<>(more);
        facts.put("fault", fault.toString());
        facts.put("injection", Integer.toString(number));
        journal.record(kind, nanos, text, facts);
    }

    /** What it has stopped by now. */
    void evidence(Fault fault, Evidence evidence) {
        Map<String, String> total = Map.of("total", Long.toString(evidence.total()));
        add(Kind.EVIDENCE, System.nanoTime(), fault, evidence.toString(), total);
    }

    /** The agent took a part back by itself. */
    void endedEarly(Fault fault, Ended event) {
        Optional<String> problem = event.state().problem();
        add(
                Kind.ENDED_EARLY,
                problem.isPresent() ? System.nanoTime() : event.state().atNanos(),
                fault,
                fault + ": " + event.why() + problem.map(text -> "; " + text).orElse(""),
                Map.of("why", event.why()));
    }

    /** @param connections how many were closed under it and ended now */
    void settled(Fault fault, int connections) {
        if (connections > 0) {
            String ended = ActiveAgentEffects.connections(connections);
            add(Kind.NOTE, fault, "ended " + ended + " closed under " + fault + " and not over yet");
        }
    }

    void notSettled(Fault fault, AgentException failure) {
        add(Kind.NOTE, fault, "connections that were closed under " + fault + " may be left: " + failure.getMessage());
    }
}
