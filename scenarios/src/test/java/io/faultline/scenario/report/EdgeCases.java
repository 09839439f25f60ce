package io.faultline.scenario.report;

import static io.faultline.journal.Event.Kind.EVIDENCE;
import static io.faultline.journal.Event.Kind.HEAL;
import static io.faultline.journal.Event.Kind.HEALED;
import static io.faultline.journal.Event.Kind.INJECT;
import static io.faultline.journal.Event.Kind.IN_FORCE;
import static io.faultline.journal.Event.Kind.OPERATION;
import static io.faultline.journal.Event.Kind.SIGNAL;
import static io.faultline.scenario.report.SampleReport.PARTITION;

import io.faultline.journal.Journal;
import io.faultline.scenario.About;
import io.faultline.scenario.Result;
import io.faultline.scenario.Settings;
import io.faultline.scenario.Variant;
import io.faultline.verify.Cause;
import io.faultline.verify.Outcome;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.Optional;

/** Results that are hard to show: much at once, nothing at all, text of any kind. */
final class EdgeCases {

    static final String HOSTILE =
            "</script><img src=x onerror=alert(1)> \"&amp;' | `x` \u001b[31mred\u001b[0m \u0007 \u202Eevil\u202C "
                    + "שלום عليكم \uD83D\uDE80\uD83D\uDC69\u200D\uD83D\uDE92 \uD800 \uFFFF ]]> --> {{7*7}}";

    private EdgeCases() {}

    /** Calls of three processes, some of which time out under a pause; and one that is done twice. */
    static Result recorded() {
        String pause = "Pause[redis]";
        Told told = new Told(
                        "orders-under-a-pause",
                        Variant.NAIVE,
                        "compose.yaml",
                        "The store of orders is frozen for a while",
                        "A write that timed out may be done all the same.")
                .of(-2, INJECT, 1, pause)
                .of(0, IN_FORCE, 1, pause);
        int number = 4_000;
        for (int process = 1; process <= 3; process++) {
            for (int at = -400 + 7 * process; at < 0; at += 60) {
                call(told, at, 4, process, number++, "ok");
            }
            call(told, -20 + 9 * process, 1000, process, number++, "unknown");
            call(told, 1010 + 20 * process, 1000, process, number++, process == 2 ? "unknown" : "failed");
            call(told, 2150, 210 + 9 * process, process, number++, "ok");
            for (int at = 2400 + 7 * process; at < 3200; at += 60) {
                call(told, at, 4, process, number++, "ok");
            }
        }
        return told.of(2200, HEAL, 1, pause)
                .of(2203, HEALED, 1, pause)
                .at(2203, EVIDENCE, "5 processes stood still for 2.20 s", "injection", "1", "fault", pause)
                .verdict(
                        3300,
                        Outcome.BROKEN,
                        "1 write to \"orders\" was done more often than it was called: \"4008\" is there 2 times. It is "
                                + "add(\"orders\", \"4008\") by process 1, ok (+2.150 s to +2.369 s).",
                        "Do not repeat a write that has timed out, or let the store know it again by its id.");
    }

    private static void call(Told told, double at, double took, int process, int number, String completion) {
        told.at(
                at,
                OPERATION,
                "process " + process + " add(\"orders\", \"" + number + "\"): " + completion
                        + (completion.equals("ok") ? "" : ", NotAcknowledged: 503 after 1.0 s: not stored in time"),
                "process",
                Integer.toString(process),
                "number",
                Integer.toString(number),
                "completion",
                completion,
                "took_ns",
                Long.toString(Math.round(took * 1e6)));
    }

    static Result crowded() {
        Told told = new Told(
                        "crowded",
                        Variant.NAIVE,
                        "python-service",
                        "Much happens in a few milliseconds",
                        "Labels must not hide one another.")
                .bounds(2, 4, 0)
                .of(-1, INJECT, 1, PARTITION)
                .of(0, IN_FORCE, 1, PARTITION)
                .at(1, SIGNAL, "SIGTERM is sent to \"client\"")
                .at(2, SIGNAL, "SIGTERM is sent to \"client\" again, which must not end what is under way")
                .detected(3, "the client notices: RESET")
                .at(3, SIGNAL, "SIGINT is sent to \"client\"")
                .of(4, HEALED, 1, PARTITION)
                .recovered(4, 5, "the first unit is done")
                .recovered(4, 6, "the second unit is done")
                .ended(7, "\"client\" ended with exit code 0");
        for (int i = 0; i < 400; i++) {
            told.log(-2 + i * 0.025, i % 2 == 0 ? "client" : "dependency", "line " + i + " of many");
        }
        return told.verdict(8, Outcome.BROKEN, "It was too much.", "Do less. ".repeat(80));
    }

    static Result hostile() {
        return new Told("hostile", Variant.NAIVE, "jedis-worker", HOSTILE, HOSTILE)
                .help(HOSTILE, HOSTILE, HOSTILE)
                .of(-5, INJECT, 1, HOSTILE)
                .of(0, IN_FORCE, 1, HOSTILE)
                .probe(10, HOSTILE, HOSTILE, false, HOSTILE)
                .log(11, HOSTILE, HOSTILE)
                .log(12, HOSTILE, "x".repeat(3000))
                .detected(40, HOSTILE)
                .at(50, EVIDENCE, HOSTILE)
                .verdict(60, Outcome.INCONCLUSIVE, HOSTILE, HOSTILE);
    }

    /** Played once more without arming the fault. */
    static Result controlled() {
        Result armed = SampleReport.restart();
        return new Result(
                "controlled",
                armed.about(),
                armed.settings(),
                armed.verdict(),
                armed.took(),
                armed.timeToDetect(),
                armed.timeToRecover(),
                armed.timeToEnd(),
                armed.journal(),
                Optional.of(SampleReport.held().journal()));
    }

    /** All at the same moment. */
    static Result instant() {
        return new Told("instant", Variant.RESILIENT, "jedis-worker", "It is over as it begins", "It can be.")
                .of(0, INJECT, 1, PARTITION)
                .of(0, IN_FORCE, 1, PARTITION)
                .detected(0, "at once")
                .of(0, HEALED, 1, PARTITION)
                .recovered(0, 0, "at once, too")
                .verdict(0, Outcome.HELD, "All was at once.");
    }

    /** Interrupted before anything was recorded. */
    static Result empty() {
        return new Result(
                "never-begun",
                About.of("", ""),
                new Settings(Optional.of(Variant.RESILIENT), "jedis-worker", 1),
                new Verdict(Cause.INTERRUPTED, "it was interrupted before its end"),
                Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Journal());
    }
}
