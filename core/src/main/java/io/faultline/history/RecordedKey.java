package io.faultline.history;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that was recorded for one key, in the order of invocations.
 *
 * @param initial its value, count or elements before; empty for nothing and 0
 * @param truncated whether there were more operations than are kept
 */
record RecordedKey(
        String key, List<Operation> operations, List<String> initial, Optional<Truth> truth, boolean truncated) {

    /** What a key holds, by what was done with it. */
    enum Type {
        REGISTER,
        COUNTER,
        ELEMENTS,
        MIXED
    }

    RecordedKey {
        operations = List.copyOf(operations);
        initial = List.copyOf(initial);
    }

    Type type() {
        Set<Type> types = operations.stream()
                .filter(operation -> operation.kind().changes())
                .map(operation -> switch (operation.kind()) {
                    case WRITE, READ -> Type.REGISTER;
                    case ADD -> Type.ELEMENTS;
                    case INCREMENT, INCREMENT_AND_GET -> Type.COUNTER;
                })
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Type.class)));
        return switch (types.size()) {
            case 0 -> Type.REGISTER;
            case 1 -> types.iterator().next();
            default -> Type.MIXED;
        };
    }

    List<Operation> changes() {
        return operations.stream()
                .filter(operation -> operation.kind().changes())
                .toList();
    }

    List<Operation> changes(Completion completion) {
        return changes().stream().filter(operation -> operation.is(completion)).toList();
    }

    /** Acknowledged before the truth began to be read: these have to be in it. */
    List<Operation> acknowledged() {
        Duration read = truth.map(Truth::from).orElse(Duration.ofSeconds(Long.MAX_VALUE));
        return changes(Completion.OK).stream()
                .filter(operation -> operation.endsBefore(read))
                .toList();
    }

    /** What may have been carried out. */
    List<Operation> possible() {
        return changes().stream()
                .filter(operation -> !operation.is(Completion.FAILED))
                .toList();
    }

    List<Operation> answers() {
        return operations.stream().filter(Operation::hasAnswered).toList();
    }

    /** What is there now; only for claims that need it. */
    Truth known() {
        return truth.orElseThrow(() -> new IllegalStateException("Nobody has read the truth of \"" + key + "\"."));
    }

    /** What the counter is at; empty if that is not a number. */
    static Optional<Long> count(List<String> values) {
        return switch (values.size()) {
            case 0 -> Optional.of(0L);
            case 1 -> Operation.number(values.get(0));
            default -> Optional.empty();
        };
    }

    long initialCount() {
        return initial.stream().findFirst().flatMap(Operation::number).orElse(0L);
    }

    static long sum(List<Operation> increments) {
        return increments.stream()
                .map(Operation::value)
                .mapToLong(value -> Operation.number(value).orElse(0L))
                .sum();
    }

    /** {@code 40 ok, 0 failed, 3 unknown} */
    String counts(List<Operation> of) {
        return Arrays.stream(Completion.values())
                .map(each -> of.stream().filter(operation -> operation.is(each)).count() + " " + each.label())
                .collect(Collectors.joining(", "));
    }
}
