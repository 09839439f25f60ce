package io.faultline.verify;

import io.faultline.inject.Evidence;
import io.faultline.observe.Detection;
import io.faultline.observe.FailureClass;
import io.faultline.observe.Prediction;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Turns findings into verdicts. Pure. */
final class Judge {

    private static final String ACTS = "Does the client act when its connection fails?";

    private Judge() {}

    /** On an expectation under the fault. HELD only if the fault met packets by then, and nothing spoiled it. */
    static Verdict underFault(Findings found) {
        if (found.evidence().spoiled().isPresent()) {
            return spoiled(found.evidence().spoiled().get());
        }
        return found.came().map(detection -> came(found, detection)).orElseGet(() -> didNotCome(found));
    }

    /** On an expectation after the healing; {@code after} is empty if it did not come true. */
    static Verdict afterHealing(String expected, Optional<Duration> after, Duration bound, Evidence evidence) {
        if (evidence.spoiled().isPresent()) {
            return spoiled(evidence.spoiled().get());
        }
        if (after.filter(took -> took.compareTo(bound) <= 0).isPresent()) {
            return held(
                    quoted(expected) + " " + seconds(after.get()) + " after healing (bound " + seconds(bound) + ").");
        }
        return broken(
                quoted(expected) + " did not come true within " + seconds(bound) + " after healing.",
                Optional.of("Does the client try to connect again, and for longer than the fault lasts?"));
    }

    /** On an expectation that was true before the fault. */
    static Verdict trueAlready(String expected) {
        return inconclusive(
                quoted(expected) + " was true before the fault already, so the fault could not be what made it true.",
                "Wait for the steady state first.");
    }

    /** On a later expectation that was true when it was first looked at. */
    static Verdict neverSeenFalse(String expected) {
        return inconclusive(
                quoted(expected) + " was true when it was first looked at, so it may have been true before the fault.",
                "Expect it first, or in a trial of its own.");
    }

    private static Verdict spoiled(String reason) {
        return inconclusive(
                "the fault did not hold as it should have: " + reason + ".",
                "Run it again; if it happens again, look for what stops the target or changes its rules.");
    }

    private static Verdict came(Findings found, Detection detection) {
        Duration after = detection.after(found.injectedNanos());
        String failure = detection
                .failure()
                .map(FailureClass::name)
                .map(name -> ", by " + name)
                .orElse("");
        String when = quoted(found.expected()) + " after " + seconds(after) + failure + " (bound "
                + seconds(found.bound()) + ")";
        if (after.isNegative()) {
            return inconclusive(
                    quoted(found.expected()) + " came true " + seconds(after.negated())
                            + " before the fault was in force, so the fault cannot be the reason.",
                    "Wait for the steady state first, and expect what the client itself tells before anything else.");
        }
        if (found.packets() == 0) {
            return inconclusive(
                    when + ", but no packet of the client's was dropped, so the fault cannot be the reason.",
                    wayAround(found).orElse("Look for what else changed at that moment."));
        }
        return after.compareTo(found.bound()) > 0
                ? broken(when + ", which is too late.", Optional.empty())
                : held(when + ".");
    }

    private static Verdict didNotCome(Findings found) {
        String what = quoted(found.expected()) + " did not come true within " + seconds(found.bound());
        Prediction prediction = found.prediction();
        boolean aroundIt = found.packets() == 0 || !found.uncut().isEmpty();
        if (prediction.isConnected() && !found.crossesCut() && aroundIt) {
            return inconclusive(
                    what + ", but the client's connection to "
                            + prediction.connections().get(0).peer() + " never met the fault.",
                    wayAround(found).orElse("Inject the fault on every leg of the client's route."));
        }
        boolean idleIsUntouched = !found.silences() || !found.untestable().isEmpty();
        if (found.packets() == 0 && idleIsUntouched) {
            return inconclusive(
                    what + ", but nothing that the fault changes was sent meanwhile.",
                    "Let the client do work while the fault is open."
                            + (found.untestable().isEmpty() ? "" : " Mind that " + untestable(found) + "."));
        }
        if (found.crossesCut() || found.packets() > 0) {
            boolean othersConnection = prediction.isConnected() && !found.crossesCut();
            boolean nothingToAdd = othersConnection && found.untestable().isEmpty();
            return broken(what + ".", Optional.of(nothingToAdd ? ACTS : explain(found)));
        }
        return inconclusive(
                what + ", but no packet was dropped either, and no connection of the client to the target was seen.",
                wayAround(found)
                        .orElse(
                                "Is the client connected, and to this target? Let it do work while the fault is open."));
    }

    private static String explain(Findings found) {
        Prediction prediction = found.prediction();
        String told = "Before the fault, " + prediction.describe() + ".";
        if (!found.untestable().isEmpty()) {
            return told + " But " + untestable(found) + ". " + ACTS;
        }
        if (prediction.isConnected() && !prediction.canNoticeWithin(found.bound())) {
            return told + " Set keepalive on the client's socket (SO_KEEPALIVE with TCP_KEEPIDLE, TCP_KEEPINTVL and "
                    + "TCP_KEEPCNT), or let it send a heartbeat and bound its answer.";
        }
        return told + " " + ACTS;
    }

    private static String untestable(Findings found) {
        return String.join("; ", found.untestable());
    }

    private static Optional<String> wayAround(Findings found) {
        if (found.uncut().isEmpty()) {
            return Optional.empty();
        }
        String ways = "The fault left a way around it: " + String.join("; ", found.uncut()) + ".";
        boolean listens = found.uncut().stream().anyMatch(way -> way.contains("port") || way.contains("docker-proxy"));
        return Optional.of(
                listens
                        ? ways
                                + " Whatever listens there answers the client's probes with its own kernel, so this tested "
                                + "that listener and not the client. Cut every leg: leave out containerLegOnly()."
                        : ways + " Close that way too, or let the client take another.");
    }

    private static Verdict held(String reason) {
        return new Verdict(Outcome.HELD, reason, Optional.empty());
    }

    private static Verdict broken(String reason, Optional<String> advice) {
        return new Verdict(Outcome.BROKEN, reason, advice);
    }

    private static Verdict inconclusive(String reason, String advice) {
        return new Verdict(Outcome.INCONCLUSIVE, reason, Optional.of(advice));
    }

    private static String quoted(String expected) {
        return '"' + expected + '"';
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }
}
