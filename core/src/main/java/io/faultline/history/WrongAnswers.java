package io.faultline.history;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges {@link Claim#NO_WRONG_ANSWER}. */
final class WrongAnswers {

    private static final String ADVICE =
            "Does the client read on after a timeout on the same connection, so that the answer of one "
                    + "command is taken for that of the next? Let it close a connection on which an answer is due. What was there before is declared: history.initially(…).";

    private final RecordedKey key;
    private final Map<String, List<Operation>> writes;

    private WrongAnswers(RecordedKey key) {
        this.key = key;
        this.writes = key.changes().stream().collect(Collectors.groupingBy(Operation::value));
    }

    static Finding check(RecordedKey key) {
        return new WrongAnswers(key).check();
    }

    private Finding check() {
        List<Operation> answers = key.answers();
        if (answers.isEmpty()) {
            return Finding.inconclusive(
                    "no read of \"" + key.key() + "\" was answered, so no answer could be wrong.",
                    "Let the client read, too: history.read(…).");
        }
        Optional<Finding> wrong = Stream.concat(
                        answers.stream().map(this::judge).flatMap(Optional::stream),
                        Stream.of(twins(answers), truth()).flatMap(Optional::stream))
                .findFirst();
        return wrong.orElseGet(
                () -> Finding.held("none of the " + answers.size() + " answers about \"" + key.key() + "\" is wrong"));
    }

    private Optional<Finding> judge(Operation read) {
        return switch (key.type()) {
            case COUNTER -> counter(read);
            case ELEMENTS -> elements(read);
            default -> register(read);
        };
    }

    private Optional<Finding> register(Operation read) {
        if (read.answer().isEmpty()) {
            return nothing(read);
        }
        return strange(read, read.answer());
    }

    private Optional<Finding> elements(Operation read) {
        return read.answer().isEmpty() ? nothing(read) : strange(read, read.answer());
    }

    private Optional<Finding> nothing(Operation read) {
        Optional<Operation> written = key.changes(Completion.OK).stream()
                .filter(write -> write.isBefore(read))
                .reduce((one, other) -> other);
        return written.map(write -> broken(
                        "a read of \"" + key.key() + "\" was answered with nothing, though there was something.",
                        write,
                        read))
                .or(() -> key.initial().isEmpty()
                        ? Optional.empty()
                        : Optional.of(broken(
                                "a read of \"" + key.key()
                                        + "\" was answered with nothing, though there was something.",
                                read)));
    }

    /** One of these values was not written by then. */
    private Optional<Finding> strange(Operation read, List<String> values) {
        return values.stream()
                .filter(value -> !key.initial().contains(value) && !wasCalled(value, read))
                .findFirst()
                .map(value -> {
                    boolean isBeforeAll = key.changes().stream().allMatch(read::isBefore);
                    List<Operation> later = writes.getOrDefault(value, List.of());
                    if (isBeforeAll && later.isEmpty()) {
                        return Finding.inconclusive(
                                "\"" + key.key() + "\" had the value \"" + value + "\" before the first write to it.",
                                "Begin with an empty key, or declare it: history.initially(\"" + key.key() + "\", …).");
                    }
                    String when = later.isEmpty() ? "which nobody wrote to it" : "before that was written";
                    return Finding.broken(
                            "a read of \"" + key.key() + "\" was answered with \"" + value + "\", " + when + ".",
                            Stream.concat(Stream.of(read), later.stream().limit(1))
                                    .toList(),
                            ADVICE);
                });
    }

    private boolean wasCalled(String value, Operation read) {
        return writes.getOrDefault(value, List.of()).stream().anyMatch(write -> !read.isBefore(write));
    }

    private Optional<Finding> counter(Operation read) {
        Optional<Long> count = RecordedKey.count(read.answer());
        if (count.isEmpty()) {
            return Optional.of(broken("a counter, \"" + key.key() + "\", was answered with what is no number.", read));
        }
        boolean isOwn = read.kind().changes();
        long least = key.initialCount()
                + RecordedKey.sum(key.changes(Completion.OK).stream()
                        .filter(increment -> increment.equals(read) || increment.isBefore(read))
                        .toList());
        long most = key.initialCount()
                + RecordedKey.sum(key.possible().stream()
                        .filter(increment -> !read.isBefore(increment))
                        .toList());
        if (count.get() >= least && count.get() <= most) {
            return Optional.empty();
        }
        String range = least == most ? "only be at " + least : "be at " + least + " to " + most;
        return Optional.of(broken(
                "the counter \"" + key.key() + "\" was answered with " + count.get() + ", but could then " + range
                        + (isOwn ? ", itself counted." : "."),
                read));
    }

    /** A counter that only goes up comes to each number once. */
    private Optional<Finding> twins(List<Operation> answers) {
        Map<String, Operation> first = new HashMap<>();
        for (Operation answer : answers) {
            if (answer.kind() == Operation.Kind.INCREMENT_AND_GET) {
                Operation twin = first.putIfAbsent(String.join(",", answer.answer()), answer);
                if (twin != null) {
                    return Optional.of(broken(
                            "two increments of \"" + key.key() + "\" were given the same answer.", twin, answer));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Finding> truth() {
        if (key.truth().isEmpty() || key.type() == RecordedKey.Type.COUNTER) {
            return Optional.empty();
        }
        return key.known().values().stream()
                .filter(value -> !key.initial().contains(value) && !writes.containsKey(value))
                .findFirst()
                .map(value -> Finding.broken(
                        "\"" + key.key() + "\" has \"" + value + "\" on the server, which nobody wrote.",
                        List.of(),
                        "Does somebody else write to it, or was it there before?"));
    }

    private static Finding broken(String reason, Operation... operations) {
        return Finding.broken(reason, List.of(operations), ADVICE);
    }
}
