package io.faultline.scenario.report;

import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.scenario.About;
import io.faultline.scenario.Result;
import io.faultline.scenario.Settings;
import io.faultline.scenario.Variant;
import io.faultline.verify.Cause;
import io.faultline.verify.Outcome;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Makes up a journal, with times in milliseconds counted from the fault, and the result that goes with it. */
final class Told {

    private final Journal journal = new Journal();
    private final long fault = System.nanoTime() + 3_000_000_000L;
    private final String scenario;
    private final Settings settings;
    private About about;
    private Optional<Duration> detected = Optional.empty();
    private Optional<Duration> recovered = Optional.empty();
    private Optional<Duration> ended = Optional.empty();

    Told(String scenario, Variant variant, String system, String title, String why) {
        this.scenario = scenario;
        this.settings = new Settings(Optional.of(variant), system, 1);
        this.about = About.of(title, why);
    }

    Told about(UnaryOperator<About> change) {
        about = change.apply(about);
        return this;
    }

    /** What was allowed, in milliseconds; 0 is nothing. */
    Told bounds(long detect, long recover, long end) {
        return about(old -> new About(
                old.title(), old.why(), old.good(), old.fix(), old.tags(), bound(detect), bound(recover), bound(end)));
    }

    Told help(String good, String fix, String... tags) {
        return about(old -> new About(
                old.title(),
                old.why(),
                good,
                fix,
                List.of(tags),
                old.boundToDetect(),
                old.boundToRecover(),
                old.boundToEnd()));
    }

    private static Optional<Duration> bound(long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    Told at(double millis, Kind kind, String text, String... facts) {
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < facts.length; i += 2) {
            named.put(facts[i], facts[i + 1]);
        }
        journal.record(kind, fault + Math.round(millis * 1e6), text, named);
        return this;
    }

    Told of(double millis, Kind kind, int injection, String fault) {
        String text = switch (kind) {
            case INJECT -> "inject " + fault;
            case IN_FORCE -> fault + " is in force";
            case LIFTED -> fault + " is lifted";
            case HEAL -> "heal " + fault;
            case HEALED -> fault + " is gone";
            default -> fault;
        };
        return at(millis, kind, text, "fault", fault, "injection", Integer.toString(injection));
    }

    Told probe(double millis, String probe, String role, boolean ok, String detail) {
        return at(
                millis,
                Kind.PROBE,
                probe + (ok ? " is ok: " : " is not ok: ") + detail,
                "probe",
                probe,
                "role",
                role,
                "ok",
                Boolean.toString(ok),
                "detail",
                detail);
    }

    /** A look that nobody took another one after; it saw that all is well. */
    Told lastLook(double millis, double took, String probe, String role) {
        String nanos = Long.toString(Math.round(took * 1e6));
        return at(
                millis,
                Kind.PROBE,
                probe,
                "probe",
                probe,
                "role",
                role,
                "ok",
                "true",
                "took_ns",
                nanos,
                "last",
                "true");
    }

    Told log(double millis, String role, String line) {
        return at(millis, Kind.LOG, line, "role", role);
    }

    Told detected(double millis, String text) {
        detected = Optional.of(Duration.ofNanos(Math.round(millis * 1e6)));
        return at(millis, Kind.DETECTED, text);
    }

    /** @param healed when the fault was healed */
    Told recovered(double healed, double millis, String text) {
        recovered = Optional.of(Duration.ofNanos(Math.round((millis - healed) * 1e6)));
        return at(millis, Kind.RECOVERED, text);
    }

    Told ended(double millis, String text) {
        ended = Optional.of(Duration.ofNanos(Math.round(millis * 1e6)));
        return at(millis, Kind.ENDED, text);
    }

    Result verdict(double millis, Outcome outcome, String reason, String... advice) {
        Verdict verdict =
                new Verdict(cause(outcome), reason, List.of(advice).stream().findFirst());
        at(millis, Kind.VERDICT, verdict.toString(), "outcome", outcome.name());
        return new Result(
                scenario,
                about,
                settings,
                verdict,
                Duration.ofMillis(3000 + Math.round(millis)),
                detected,
                recovered,
                ended,
                journal);
    }

    private static Cause cause(Outcome outcome) {
        return switch (outcome) {
            case HELD -> Cause.AS_EXPECTED;
            case BROKEN -> Cause.NOT_NOTICED;
            case INCONCLUSIVE -> Cause.CLIENT_NOT_AFFECTED;
        };
    }
}
