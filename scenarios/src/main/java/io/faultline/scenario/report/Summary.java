package io.faultline.scenario.report;

import io.faultline.scenario.Result;
import io.faultline.verify.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The few words that every report for people begins with, so that they say the same. */
final class Summary {

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Summary() {}

    /** {@code 3 HELD, 1 BROKEN}; what is not there is left out. */
    static String counts(List<Result> results) {
        String counts = Arrays.stream(Outcome.values())
                .filter(outcome -> count(results, outcome) > 0)
                .map(outcome -> count(results, outcome) + " " + outcome)
                .collect(Collectors.joining(", "));
        return counts.isEmpty() ? "nothing was played" : counts;
    }

    static long count(List<Result> results, Outcome outcome) {
        return results.stream()
                .filter(result -> result.verdict().outcome() == outcome)
                .count();
    }

    static Duration took(List<Result> results) {
        return results.stream().map(Result::took).reduce(Duration.ZERO, Duration::plus);
    }

    static String began(Instant began) {
        return MINUTE.format(began);
    }

    /** A sign that tells outcomes apart without colour. */
    static String sign(Outcome outcome) {
        return switch (outcome) {
            case HELD -> "✓";
            case BROKEN -> "✗";
            case INCONCLUSIVE -> "?";
        };
    }

    /** {@code 3.05 s of 5.00 s}: how long it took, and how long it could have taken. */
    static String time(Optional<Duration> took, Optional<Duration> bound) {
        String known = took.map(Seconds::of).orElse("–");
        return bound.map(limit -> known + " of " + Seconds.of(limit)).orElse(known);
    }
}
