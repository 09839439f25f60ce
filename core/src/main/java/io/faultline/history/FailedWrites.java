package io.faultline.history;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges {@link Claim#NO_FAILED_WRITE_DONE}. */
final class FailedWrites {

    private static final String ADVICE =
            "The client said that it was not done. Is it an error of which nobody can know that, "
                    + "as a timeout or a lost connection? Then let the client say so. If it was \"connection refused\", does the client "
                    + "repeat commands on its own, so that an earlier attempt was sent? Then use classifiedBy(…).";

    private FailedWrites() {}

    static Finding check(RecordedKey key) {
        List<Operation> failed = key.changes(Completion.FAILED);
        if (failed.isEmpty()) {
            return Finding.inconclusive(
                    "no write to \"" + key.key() + "\" failed for certain, so none could be done all the same.",
                    "Which error of the client's promises that nothing was done? Declare it: history.failsWith(…).");
        }
        return switch (key.type()) {
            case COUNTER -> counter(key, failed);
            case ELEMENTS -> done(key, failed, key.known().values());
            default -> register(key, failed);
        };
    }

    private static Finding done(RecordedKey key, List<Operation> failed, List<String> seen) {
        Set<String> there = Set.copyOf(seen);
        Set<String> others = key.possible().stream().map(Operation::value).collect(Collectors.toSet());
        List<Operation> done = failed.stream()
                .filter(write -> there.contains(write.value())
                        && !others.contains(write.value())
                        && !key.initial().contains(write.value()))
                .toList();
        return done.isEmpty()
                ? held(key, failed)
                : Finding.broken(
                        done.size() + " of " + failed.size() + " failed writes to \"" + key.key()
                                + "\" was done all the same.",
                        done,
                        ADVICE);
    }

    private static Finding counter(RecordedKey key, List<Operation> failed) {
        Optional<Long> count = RecordedKey.count(key.known().values());
        if (count.isEmpty()) {
            return Repeats.notANumber(key);
        }
        long most = Repeats.most(key);
        return count.get() <= most
                ? held(key, failed)
                : Finding.broken(
                        "a failed write was done all the same, or another twice: the counter \"" + key.key()
                                + "\" is at "
                                + count.get() + ", but without the " + failed.size() + " that failed it can be at "
                                + most
                                + " at most.",
                        failed,
                        ADVICE);
    }

    private static Finding register(RecordedKey key, List<Operation> failed) {
        List<String> seen = Stream.concat(
                        key.known().values().stream(), key.answers().stream().flatMap(read -> read.answer().stream()))
                .toList();
        Finding finding = done(key, failed, seen);
        boolean couldBeSeen = failed.stream().anyMatch(write -> couldBeSeen(key, write));
        return !finding.operations().isEmpty() || couldBeSeen
                ? finding
                : Finding.inconclusive(
                        "each failed write to \"" + key.key()
                                + "\" was followed by others before anybody read the key.",
                        "Add unique elements in place of writing over one value, or read after each failure.");
    }

    /** Whether its value would have been read if it was done: at the end, or before another could write over it. */
    private static boolean couldBeSeen(RecordedKey key, Operation write) {
        List<Operation> later = key.changes().stream()
                .filter(other -> !other.equals(write) && !other.is(Completion.FAILED) && !other.isBefore(write))
                .toList();
        return later.isEmpty()
                || key.answers().stream()
                        .anyMatch(read -> write.isBefore(read) && later.stream().allMatch(read::isBefore));
    }

    private static Finding held(RecordedKey key, List<Operation> failed) {
        return Finding.held("none of the " + failed.size() + " failed writes to \"" + key.key() + "\" was done");
    }
}
