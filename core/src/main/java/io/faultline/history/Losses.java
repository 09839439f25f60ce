package io.faultline.history;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Judges {@link Claim#NOTHING_LOST}. */
final class Losses {

    private static final String ADVICE =
            "The client was told that they are safe. Does the server write to disk and to its "
                    + "replicas before it answers, and does the client wait for that answer?";

    private Losses() {}

    static Finding check(RecordedKey key) {
        if (key.acknowledged().isEmpty()) {
            return Finding.inconclusive(
                    "no write to \"" + key.key()
                            + "\" was acknowledged before the truth was read, so none could be lost.",
                    "Let the client write before, under and after the fault.");
        }
        return switch (key.type()) {
            case ELEMENTS -> elements(key);
            case COUNTER -> counter(key);
            default -> register(key);
        };
    }

    private static Finding elements(RecordedKey key) {
        Set<String> there = new HashSet<>(key.known().values());
        List<Operation> acknowledged = key.acknowledged();
        List<Operation> lost = acknowledged.stream()
                .filter(operation -> !there.contains(operation.value()))
                .toList();
        return lost.isEmpty()
                ? held(key)
                : Finding.broken(
                        lost.size() + " of " + acknowledged.size() + " acknowledged writes to \"" + key.key()
                                + "\" are lost.",
                        lost,
                        ADVICE);
    }

    private static Finding counter(RecordedKey key) {
        long least = key.initialCount() + RecordedKey.sum(key.acknowledged());
        Optional<Long> count = RecordedKey.count(key.known().values());
        if (count.isEmpty()) {
            return Repeats.notANumber(key);
        }
        return count.get() >= least
                ? held(key)
                : Finding.broken(
                        "acknowledged writes are lost: the counter \"" + key.key() + "\" is at " + count.get()
                                + ", but was counted up to " + least + " at least.",
                        List.of(),
                        ADVICE);
    }

    private static Finding register(RecordedKey key) {
        List<String> values = key.known().values();
        if (values.size() > 1) {
            return Finding.inconclusive(
                    "the truth of \"" + key.key() + "\" is " + values.size()
                            + " values, but a key that is written has one.",
                    "Read the key's own value, or record with add(…).");
        }
        List<Operation> writers = key.changes().stream()
                .filter(write -> values.contains(write.value()))
                .toList();
        boolean isWriters =
                writers.stream().anyMatch(writer -> latestAfter(key, writer).isEmpty());
        if (isWriters) {
            return held(key);
        }
        Operation lost = writers.stream()
                .flatMap(writer -> latestAfter(key, writer).stream())
                .findFirst()
                .orElseGet(() -> last(key.acknowledged()));
        String there = values.isEmpty() ? "nothing is there" : "\"" + values.get(0) + "\" is there";
        String since = writers.isEmpty()
                ? values.isEmpty() || values.equals(key.initial()) ? ", as before all writes" : ", which nobody wrote"
                : ", which was written before";
        return Finding.broken(
                "the last acknowledged write to \"" + key.key() + "\" is lost: " + there + since + ".",
                Stream.concat(Stream.of(lost), writers.stream()).toList(),
                ADVICE);
    }

    /** The last write that was acknowledged and began after this one was; none if this one may have come later. */
    private static Optional<Operation> latestAfter(RecordedKey key, Operation writer) {
        return writer.is(Completion.OK)
                ? key.acknowledged().stream().filter(writer::isBefore).reduce((one, other) -> other)
                : Optional.empty();
    }

    private static Operation last(List<Operation> operations) {
        return operations.get(operations.size() - 1);
    }

    private static Finding held(RecordedKey key) {
        return Finding.held("no acknowledged write to \"" + key.key() + "\" is lost");
    }
}
