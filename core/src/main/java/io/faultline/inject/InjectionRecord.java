package io.faultline.inject;

import io.faultline.fault.Fault;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import java.util.HashMap;
import java.util.Map;

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
}
