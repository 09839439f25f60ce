package io.faultline.history;

import io.faultline.journal.Event;
import io.faultline.journal.Journal;
import io.faultline.observe.FailureClass;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Puts operations into a journal: so many of each completion, that what is rare is there beside what is frequent. Thread-safe. */
final class OperationEvents {

    static final int MOST = 1000;
    private static final int SHOWN = 120;

    private final Journal journal;
    private final Map<Completion, Integer> recorded = new EnumMap<>(Completion.class);
    private final Set<Integer> announced = new HashSet<>();

    OperationEvents(Journal journal) {
        this.journal = journal;
    }

    /** One that has not ended; if it does later, it is recorded again, with the same number. */
    void recordRunning(RunningOperation running) {
        boolean isNew;
        synchronized (this) {
            isNew = announced.add(running.number());
        }
        if (isNew) {
            record(running);
        }
    }

    void record(RunningOperation running) {
        Operation operation = running.now();
        int number;
        synchronized (this) {
            number = recorded.merge(operation.completion(), 1, Integer::sum);
        }
        if (number == MOST + 1) {
            journal.record(
                    Event.Kind.NOTE,
                    "more than " + MOST + " operations were "
                            + operation.completion().label()
                            + ": the history has them all, the journal no more of them",
                    Map.of());
        }
        if (number > MOST) {
            return;
        }
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("number", Integer.toString(running.number()));
        facts.put("process", Integer.toString(operation.process()));
        facts.put("operation", operation.kind().word());
        facts.put("key", operation.key());
        facts.put("value", excerpt(operation.value()));
        facts.put("completion", operation.completion().label());
        facts.put("answer", excerpt(String.join(", ", operation.answer())));
        facts.put("failure", operation.failure());
        operation
                .completed()
                .ifPresent(at -> facts.put(
                        "took_ns", Long.toString(at.minus(operation.invoked()).toNanos())));
        String text = "process " + operation.process() + " " + operation.call() + ": "
                + operation.completion().label()
                + (operation.failure().isEmpty() ? "" : ", " + operation.failure());
        journal.record(Event.Kind.OPERATION, running.invokedNanos(), text, facts);
    }

    /** {@code TIMEOUT (JedisConnectionException: java.net.SocketTimeoutException: Read timed out)} */
    static String shortly(Throwable thrown) {
        FailureClass seen = FailureClass.of(thrown);
        String message = thrown.getMessage();
        String type = thrown.getClass().getSimpleName() + (message == null ? "" : ": " + excerpt(message));
        return seen == FailureClass.OTHER ? type : seen + " (" + type + ")";
    }

    private static String excerpt(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }
}
