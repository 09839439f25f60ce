package io.faultline.history;

import java.util.List;
import java.util.Optional;

/**
 * What an object answers when one operation comes after the other. A state is immutable.
 *
 * @param <S> the state, with equals
 */
interface SequentialModel<S> {

    S initial();

    /** The state after the operation; empty if it would not have been answered so. */
    Optional<S> after(S state, Operation operation);

    /** A value that is written over: its state is the value, or nothing. */
    record Register(List<String> initial) implements SequentialModel<List<String>> {

        @Override
        public Optional<List<String>> after(List<String> state, Operation operation) {
            if (operation.kind() == Operation.Kind.WRITE) {
                return Optional.of(List.of(operation.value()));
            }
            return state.equals(operation.answer()) ? Optional.of(state) : Optional.empty();
        }
    }

    /** A number that is counted up. One that nobody has counted yet can be answered as nothing. */
    record Counter(Long initial) implements SequentialModel<Long> {

        @Override
        public Optional<Long> after(Long state, Operation operation) {
            if (operation.kind() == Operation.Kind.READ) {
                return answered(state, operation);
            }
            long next = state + Operation.number(operation.value()).orElse(0L);
            return operation.hasAnswered() ? answered(next, operation) : Optional.of(next);
        }

        private static Optional<Long> answered(long state, Operation operation) {
            return RecordedKey.count(operation.answer()).filter(count -> count == state);
        }
    }
}
