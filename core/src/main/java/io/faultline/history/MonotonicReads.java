package io.faultline.history;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Judges {@link Claim#MONOTONIC_READS}, one of the session guarantees of Terry et al., "Session Guarantees for Weakly Consistent
 * Replicated Data" (PDIS 1994). Which of two values is older is told by when their writes began and were acknowledged.
 */
final class MonotonicReads {

    private static final String ADVICE =
            "Did the client go to another server, which lags behind? Let a session stay with one, or read from the primary.";

    private final RecordedKey key;

    private MonotonicReads(RecordedKey key) {
        this.key = key;
    }

    static Finding check(RecordedKey key) {
        Collection<List<Operation>> processes = key.answers().stream()
                .collect(Collectors.groupingBy(Operation::process, LinkedHashMap::new, Collectors.toList()))
                .values();
        if (processes.stream().allMatch(reads -> reads.size() < 2)) {
            return Finding.inconclusive(
                    "no process was answered about \"" + key.key()
                            + "\" twice, so no answer could be older than another.",
                    "Let each thread of the client's read again and again.");
        }
        MonotonicReads reads = new MonotonicReads(key);
        return processes.stream()
                .map(reads::check)
                .flatMap(Optional::stream)
                .min((one, other) -> one.outcome().compareTo(other.outcome())) // BROKEN before INCONCLUSIVE
                .orElseGet(() -> Finding.held("no process saw \"" + key.key() + "\" go back"));
    }

    private Optional<Finding> check(List<Operation> reads) {
        return switch (key.type()) {
            case COUNTER -> counter(reads);
            case ELEMENTS -> elements(reads);
            default -> register(reads);
        };
    }

    private Optional<Finding> counter(List<Operation> reads) {
        Optional<Operation> highest = Optional.empty();
        for (Operation read : reads) {
            long count = RecordedKey.count(read.answer()).orElse(Long.MIN_VALUE);
            long before =
                    highest.flatMap(high -> RecordedKey.count(high.answer())).orElse(Long.MIN_VALUE);
            if (count < before) {
                return Optional.of(back(highest.orElseThrow(), read));
            }
            highest = Optional.of(read);
        }
        return Optional.empty();
    }

    private Optional<Finding> elements(List<Operation> reads) {
        Set<String> seen = new HashSet<>();
        Optional<Operation> last = Optional.empty();
        for (Operation read : reads) {
            Set<String> now = Set.copyOf(new HashSet<>(read.answer()));
            if (!now.containsAll(seen)) {
                return Optional.of(back(last.orElseThrow(), read));
            }
            seen.addAll(now);
            last = Optional.of(read);
        }
        return Optional.empty();
    }

    private Optional<Finding> register(List<Operation> reads) {
        Map<String, List<Operation>> writers = key.changes().stream().collect(Collectors.groupingBy(Operation::value));
        Optional<Operation> newest = Optional.empty(); // the read whose write began last
        Optional<Operation> newestWrite = Optional.empty();
        for (Operation read : reads) {
            String value = read.answer().stream().findFirst().orElse("");
            List<Operation> by = writers.getOrDefault(value, List.of());
            boolean isInitial =
                    read.answer().isEmpty() || (by.isEmpty() && key.initial().contains(value));
            if (by.size() > 1 || (!by.isEmpty() && key.initial().contains(value))) {
                return Optional.of(Finding.inconclusive(
                        "\"" + value + "\" was written to \"" + key.key()
                                + "\" more than once, so it is not known when it is old.",
                        "Give every write another value."));
            }
            Optional<Operation> write = by.stream().findFirst();
            Optional<Operation> newer = newestWrite;
            boolean isOlder = isInitial
                    ? newer.isPresent()
                    : write.filter(one -> one.is(Completion.OK)
                                    && newer.filter(one::isBefore).isPresent())
                            .isPresent();
            if (isOlder) {
                return Optional.of(back(newest.orElseThrow(), read));
            }
            boolean isNewest = write.filter(
                            one -> newer.isEmpty() || newer.get().invoked().compareTo(one.invoked()) < 0)
                    .isPresent();
            if (isNewest) {
                newest = Optional.of(read);
                newestWrite = write;
            }
        }
        return Optional.empty();
    }

    private Finding back(Operation newer, Operation older) {
        return Finding.broken(
                "process " + older.process() + " saw \"" + key.key() + "\" go back to what is older.",
                List.of(newer, older),
                ADVICE);
    }
}
