package io.faultline.history;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges {@link Claim#NOTHING_TWICE}. */
final class Repeats {

    private static final String ADVICE =
            "A write that timed out may be carried out all the same, so repeating it does it twice: "
                    + "make it idempotent (a unique id that the server checks), or do not repeat it and report that its outcome is not known.";

    private Repeats() {}

    static Finding check(RecordedKey key) {
        return switch (key.type()) {
            case ELEMENTS -> elements(key);
            case COUNTER -> counter(key);
            default ->
                Finding.inconclusive(
                        "\"" + key.key()
                                + "\" is written over, and a value that is written twice looks as if written once.",
                        "Record with add(…) of unique elements, or with increment(…).");
        };
    }

    private static Finding elements(RecordedKey key) {
        Truth truth = key.known();
        if (!truth.showsRepeats()) {
            return Finding.inconclusive(
                    "the truth of \"" + key.key() + "\" is a set, which cannot show what was done twice.",
                    "Let the client append to a list, or count.");
        }
        Map<String, Long> there = frequencies(truth.values());
        Map<String, Long> called = frequencies(
                Stream.concat(key.initial().stream(), key.changes().stream().map(Operation::value))
                        .toList());
        if (key.changes().stream().map(Operation::value).noneMatch(there::containsKey)) {
            return nothingThere(key);
        }
        List<Operation> twice = key.changes().stream()
                .filter(add -> there.getOrDefault(add.value(), 0L) > called.getOrDefault(add.value(), 0L))
                .toList();
        return twice.isEmpty()
                ? Finding.held("no write to \"" + key.key() + "\" was done twice")
                : Finding.broken(
                        twice.size() + (twice.size() == 1 ? " write" : " writes") + " to \"" + key.key()
                                + "\" was done more often than it was called: \""
                                + twice.get(0).value() + "\" is there "
                                + there.getOrDefault(twice.get(0).value(), 0L) + " times.",
                        twice,
                        ADVICE);
    }

    private static Map<String, Long> frequencies(List<String> texts) {
        return texts.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private static Finding counter(RecordedKey key) {
        Optional<Long> count = RecordedKey.count(key.known().values());
        if (count.isEmpty()) {
            return notANumber(key);
        }
        if (count.get() == key.initialCount()) {
            return nothingThere(key);
        }
        long most = most(key);
        return count.get() <= most
                ? Finding.held("no write to \"" + key.key() + "\" was done twice: it is at " + count.get()
                        + ", between " + (key.initialCount() + RecordedKey.sum(key.acknowledged())) + " and " + most)
                : Finding.broken(
                        "something was done twice: the counter \"" + key.key() + "\" is at " + count.get()
                                + ", but with all that was acknowledged or is unknown it can be at " + most
                                + " at most.",
                        List.of(),
                        ADVICE);
    }

    /** What a counter can be at with all that may have been carried out, once each. */
    static long most(RecordedKey key) {
        return key.initialCount() + RecordedKey.sum(key.possible());
    }

    static Finding notANumber(RecordedKey key) {
        return Finding.inconclusive(
                "the truth of the counter \"" + key.key() + "\" is no number: "
                        + key.known().values() + ".",
                "Read what the counter is at.");
    }

    private static Finding nothingThere(RecordedKey key) {
        return Finding.inconclusive(
                "nothing that was written to \"" + key.key() + "\" is there, so nothing could be there twice.",
                "Is the truth read where the client writes?");
    }
}
