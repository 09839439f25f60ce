package io.faultline.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Histories for tests, in milliseconds. */
final class Recording {

    private final List<Operation> operations = new ArrayList<>();
    private List<String> initial = List.of();
    private Optional<Truth> truth = Optional.empty();

    private Recording() {}

    static Recording of() {
        return new Recording();
    }

    Recording initially(String... values) {
        initial = List.of(values);
        return this;
    }

    private Recording take(
            int process,
            Operation.Kind kind,
            String value,
            Completion completion,
            List<String> answer,
            int from,
            int to) {
        operations.add(new Operation(
                process,
                kind,
                "k",
                value,
                completion,
                answer,
                "",
                Duration.ofMillis(from),
                to < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(to))));
        return this;
    }

    Recording write(int process, String value, Completion completion, int from, int to) {
        return take(process, Operation.Kind.WRITE, value, completion, List.of(), from, to);
    }

    Recording add(int process, String value, Completion completion, int from, int to) {
        return take(process, Operation.Kind.ADD, value, completion, List.of(), from, to);
    }

    Recording increment(int process, Completion completion, int from, int to) {
        return take(process, Operation.Kind.INCREMENT, "1", completion, List.of(), from, to);
    }

    Recording incrementAndGet(int process, Completion completion, String answer, int from, int to) {
        List<String> answers = completion == Completion.OK ? List.of(answer) : List.of();
        return take(process, Operation.Kind.INCREMENT_AND_GET, "1", completion, answers, from, to);
    }

    Recording read(int process, List<String> answer, int from, int to) {
        return take(process, Operation.Kind.READ, "", Completion.OK, answer, from, to);
    }

    Recording truth(String... values) {
        truth = Optional.of(new Truth(List.of(values), true, Duration.ofMillis(900), Duration.ofMillis(910)));
        return this;
    }

    Recording truthOfASet(String... values) {
        truth = Optional.of(new Truth(List.of(values), false, Duration.ofMillis(900), Duration.ofMillis(910)));
        return this;
    }

    RecordedKey key() {
        return new RecordedKey("k", operations, initial, truth, false);
    }
}
