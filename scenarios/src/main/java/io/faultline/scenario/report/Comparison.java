package io.faultline.scenario.report;

import io.faultline.scenario.Result;
import io.faultline.scenario.report.Baseline.Earlier;
import io.faultline.scenario.report.Difference.Turn;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * What changed since an earlier run. A scenario is the same if its name and its settings are; of one that was played
 * several times, the first is compared with the first, and so on.
 */
public final class Comparison {

    private final Optional<Baseline> baseline;
    private final IdentityHashMap<Result, List<Difference>> differences = new IdentityHashMap<>();
    private final List<String> gone = new ArrayList<>();

    private Comparison(Optional<Baseline> baseline) {
        this.baseline = baseline;
    }

    /** Nothing to compare with. */
    public static Comparison none() {
        return new Comparison(Optional.empty());
    }

    public static Comparison of(Baseline baseline, List<Result> results) {
        Comparison comparison = new Comparison(Optional.of(baseline));
        List<Earlier> left = new ArrayList<>(baseline.scenarios());
        for (Result result : results) {
            Optional<Earlier> then =
                    left.stream().filter(earlier -> isSame(earlier, result)).findFirst();
            then.ifPresent(left::remove);
            comparison.differences.put(
                    result,
                    then.map(earlier -> Difference.of(earlier, result))
                            .orElseGet(() -> List.of(new Difference(Turn.NEUTRAL, "new"))));
        }
        left.forEach(earlier ->
                comparison.gone.add(earlier.name() + " (" + earlier.settings() + "), which was " + earlier.outcome()));
        return comparison;
    }

    private static boolean isSame(Earlier earlier, Result result) {
        return earlier.name().equals(result.scenario())
                && earlier.settings().equals(result.settings().toString());
    }

    /** What it was compared with, in words; empty if with nothing. */
    public Optional<String> with() {
        return baseline.map(earlier -> "run " + earlier.run() + " of " + Summary.began(earlier.began()));
    }

    /** What is otherwise in a result of this run; empty where it is as before, and where there is nothing to compare. */
    public List<Difference> of(Result result) {
        return differences.getOrDefault(result, List.of());
    }

    /** What was played then and not now. */
    public List<String> gone() {
        return List.copyOf(gone);
    }
}
