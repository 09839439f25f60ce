package io.faultline.history;

import io.faultline.history.LinearizabilitySearch.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges {@link Claim#LINEARIZABLE} as Herlihy and Wing define it ("Linearizability: A Correctness Condition for Concurrent
 * Objects", TOPLAS 1990), by a {@link LinearizabilitySearch}; what is not is made small: to the shortest beginning of the history
 * that is not linearizable, without the operations that it takes nothing from.
 */
final class Linearizability {

    static final int MOST_OPERATIONS = 2000;
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int MOST_TO_SHRINK = 300;
    private static final String ADVICE =
            "Is it read from a replica, a cache, or a connection that still has another command's answer due?";

    private final RecordedKey key;
    private final long limitNanos;

    private Linearizability(RecordedKey key, long limitNanos) {
        this.key = key;
        this.limitNanos = limitNanos;
    }

    static Finding check(RecordedKey key) {
        return new Linearizability(key, System.nanoTime() + LONGEST.toNanos()).check();
    }

    private Finding check() {
        if (key.type() == RecordedKey.Type.ELEMENTS) {
            return Finding.inconclusive(
                    "\"" + key.key() + "\" is a collection, of which linearizability is not checked.",
                    "Check what is written over or counted; of elements, NOTHING_LOST and NOTHING_TWICE.");
        }
        List<Operation> relevant = relevant();
        if (relevant.stream().noneMatch(Operation::hasAnswered)) {
            return Finding.inconclusive(
                    "nothing was read of \"" + key.key() + "\", so every order explains it.",
                    "Let the client read, too: history.read(…).");
        }
        if (relevant.size() > MOST_OPERATIONS) {
            return Finding.inconclusive(
                    "\"" + key.key() + "\" has " + relevant.size() + " operations, more than the " + MOST_OPERATIONS
                            + " of which linearizability is checked.",
                    "Spread the work over several keys, each of which is checked.");
        }
        return switch (search(relevant)) {
            case YES -> Finding.held("\"" + key.key() + "\" is linearizable");
            case NO ->
                Finding.broken(
                        "\"" + key.key() + "\" is not linearizable: no order explains these answers.",
                        smallest(relevant),
                        ADVICE);
            case GAVE_UP ->
                Finding.inconclusive(
                        "whether \"" + key.key() + "\" is linearizable was not found out within "
                                + LONGEST.toSeconds() + " s and the memory for it: "
                                + key.counts(key.operations()) + ".",
                        "Fewer operations at the same time, and fewer that time out, make it quicker.");
        };
    }

    /** What can explain or needs to be explained, the truth as the last read. */
    private List<Operation> relevant() {
        Stream<Operation> last = key.truth().stream()
                .map(truth -> new Operation(
                        0,
                        Operation.Kind.READ,
                        key.key(),
                        "",
                        Completion.OK,
                        truth.values(),
                        "the truth on the server",
                        truth.from(),
                        Optional.of(truth.to())));
        List<Operation> all = Stream.concat(key.possible().stream(), key.answers().stream())
                .distinct()
                .toList();
        List<Operation> read = Stream.concat(all.stream(), last).toList();
        Set<String> answers =
                read.stream().flatMap(operation -> operation.answer().stream()).collect(Collectors.toSet());
        return read.stream()
                .filter(operation -> operation.is(Completion.OK) || canExplain(operation, answers))
                .sorted(Comparator.comparing(Operation::invoked))
                .toList();
    }

    /** A write that may never have been done, and whose value nobody read, explains nothing. */
    private static boolean canExplain(Operation unknown, Set<String> answers) {
        return unknown.kind() != Operation.Kind.WRITE || answers.contains(unknown.value());
    }

    private Answer search(List<Operation> operations) {
        return key.type() == RecordedKey.Type.COUNTER
                ? LinearizabilitySearch.search(new SequentialModel.Counter(key.initialCount()), operations, limitNanos)
                : LinearizabilitySearch.search(new SequentialModel.Register(key.initial()), operations, limitNanos);
    }

    private List<Operation> smallest(List<Operation> all) {
        List<Operation> smallest = new ArrayList<>(shortestBeginning(all));
        if (smallest.size() > MOST_TO_SHRINK) {
            return smallest.stream().filter(Operation::hasAnswered).toList();
        }
        for (int i = smallest.size() - 1; i >= 0; i--) {
            List<Operation> without = new ArrayList<>(smallest);
            Operation removed = without.remove(i);
            if (explainsNothing(removed, without) && search(without) == Answer.NO) {
                smallest = without;
            }
        }
        return smallest;
    }

    /** Without a read, or a write that nobody reads, what could be explained still can be. */
    private static boolean explainsNothing(Operation removed, List<Operation> others) {
        boolean isRead = removed.kind() == Operation.Kind.READ;
        boolean isUnread = removed.kind() == Operation.Kind.WRITE
                && others.stream().noneMatch(other -> other.answer().contains(removed.value()));
        return isRead || isUnread;
    }

    /** All up to the first answer with which it is wrong. What a history is, all its beginnings are. */
    private List<Operation> shortestBeginning(List<Operation> all) {
        List<Duration> ends = new HashSet<>(all.stream()
                        .filter(operation -> operation.is(Completion.OK))
                        .flatMap(operation -> operation.completed().stream())
                        .toList())
                .stream().sorted().toList();
        int from = 0;
        int to = ends.size() - 1;
        while (from < to) {
            int middle = (from + to) / 2;
            if (search(until(ends.get(middle), all)) == Answer.NO) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        List<Operation> beginning = until(ends.get(to), all);
        return search(beginning) == Answer.NO ? beginning : all;
    }

    /** As it was known then: what had not been answered yet was unknown. */
    private static List<Operation> until(Duration end, List<Operation> all) {
        return all.stream()
                .filter(operation -> operation.invoked().compareTo(end) <= 0)
                .map(operation -> operation.endsBefore(end.plusNanos(1)) ? operation : running(operation))
                .filter(operation ->
                        operation.is(Completion.OK) || operation.kind().changes())
                .toList();
    }

    private static Operation running(Operation operation) {
        return operation.is(Completion.OK)
                ? new Operation(
                        operation.process(),
                        operation.kind(),
                        operation.key(),
                        operation.value(),
                        Completion.UNKNOWN,
                        List.of(),
                        operation.failure(),
                        operation.invoked(),
                        operation.completed())
                : operation;
    }
}
