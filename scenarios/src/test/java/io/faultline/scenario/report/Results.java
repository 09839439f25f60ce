package io.faultline.scenario.report;

import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.scenario.About;
import io.faultline.scenario.Result;
import io.faultline.scenario.Settings;
import io.faultline.scenario.Variant;
import io.faultline.verify.Cause;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Results as scenarios give them, made by hand. */
public final class Results {

    private Results() {}

    public static Result held() {
        return result(new Verdict(Cause.AS_EXPECTED, "it held."), Optional.of(Duration.ofMillis(3050)));
    }

    public static Result broken() {
        return result(new Verdict(Cause.NOT_NOTICED, "it <broke> & \u0007 rang.", "Mend it."), Optional.empty());
    }

    public static Result inconclusive() {
        return result(new Verdict(Cause.CLIENT_NOT_AFFECTED, "nobody knows.", "Look."), Optional.empty());
    }

    static Report report(Result... results) {
        return new Report(
                "1.2.3",
                "0123abcd",
                "Docker 1",
                Instant.parse("2026-01-02T03:04:05Z"),
                false,
                OptionalLong.empty(),
                List.of(results));
    }

    private static Result result(Verdict verdict, Optional<Duration> detected) {
        Journal journal = new Journal();
        journal.record(Kind.IN_FORCE, "the fault is in force", Map.of());
        journal.record(Kind.VERDICT, verdict.toString(), Map.of());
        return new Result(
                "silent-partition",
                About.of("A network goes silent", "Hours pass."),
                new Settings(Optional.of(Variant.NAIVE), "jedis-worker", 1),
                verdict,
                Duration.ofMillis(4200),
                detected,
                Optional.empty(),
                Optional.empty(),
                journal);
    }
}
