package io.faultline.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tries every order of every choice of operations, with no cleverness: what the search is held against. */
final class AllOrders {

    private AllOrders() {}

    static boolean explain(RecordedKey key) {
        List<Operation> operations = key.operations().stream()
                .filter(operation ->
                        operation.is(Completion.OK) || (operation.kind().changes() && operation.is(Completion.UNKNOWN)))
                .toList();
        boolean isCounter = key.type() == RecordedKey.Type.COUNTER;
        return explain(new ArrayList<>(), operations, isCounter);
    }

    private static boolean explain(List<Operation> order, List<Operation> left, boolean isCounter) {
        if (!isRight(order, isCounter)) {
            return false;
        }
        if (left.stream().noneMatch(operation -> operation.is(Completion.OK))) {
            return true;
        }
        for (Operation next : left) {
            List<Operation> others =
                    left.stream().filter(operation -> operation != next).toList();
            boolean mayBeNext = others.stream().noneMatch(other -> other.is(Completion.OK) && other.isBefore(next));
            List<Operation> longer = new ArrayList<>(order);
            longer.add(next);
            if (mayBeNext && explain(longer, others, isCounter)) {
                return true;
            }
        }
        return false;
    }

    /** Done one after the other from the beginning, each is answered so. */
    private static boolean isRight(List<Operation> order, boolean isCounter) {
        long count = 0;
        Optional<String> value = Optional.empty();
        for (Operation operation : order) {
            switch (operation.kind()) {
                case WRITE -> value = Optional.of(operation.value());
                case INCREMENT, INCREMENT_AND_GET -> count += Long.parseLong(operation.value());
                default -> {}
            }
            if (operation.hasAnswered()) {
                Optional<String> answer = operation.answer().stream().findFirst();
                boolean isRight = isCounter ? Long.parseLong(answer.orElse("0")) == count : answer.equals(value);
                if (!isRight) {
                    return false;
                }
            }
        }
        return true;
    }
}
