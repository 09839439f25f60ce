package io.faultline.verify;

import io.faultline.observe.Detection;
import io.faultline.observe.FailureClass;
import io.faultline.observe.Prediction;
import java.time.Duration;
import java.util.Optional;

/** Turns findings into verdicts on expectations under a fault. Pure. */
final class Judge {

    private static final String ACTS = "Does the client act when its connection fails?";

    /** Sooner than this nobody notices that packets are lost. */
    private static final Duration AT_ONCE = Duration.ofMillis(10);

    private Judge() {}

    /** On an expectation under the fault. HELD only if the fault met this client by then, and nothing invalidated it. */
    static Verdict underFault(Findings found) {
        if (found.evidence().invalidated().isPresent()) {
            return invalidated(found.evidence().invalidated().get());
        }
        return found.came().map(detection -> came(found, detection)).orElseGet(() -> didNotCome(found));
    }

    private static Verdict invalidated(String reason) {
        return new Verdict(
                Cause.INVALIDATED,
                "the fault did not hold as it should have: " + reason + ".",
                "Run it again; if it happens again, look for what stops the target or changes its rules.");
    }

    /** On a fault that did nothing to this client. */
    static Verdict notAffected(String when, Findings.Unseen unseen) {
        return unseen.sockets()
                .map(why -> new Verdict(
                        Cause.NOT_ATTRIBUTABLE,
                        when + ", but whether the client met the fault cannot be seen from here: "
                                + VerdictText.stripped(why) + ".",
                        "Run where Faultline sees the client's sockets (Linux, beside the engine), name the container that "
                                + "is the client by client(…), or accept a verdict on any client by unattributed()."))
                .orElseGet(() -> new Verdict(
                        Cause.CLIENT_NOT_AFFECTED,
                        when
                                + ", but nothing of the client's met the fault by then, so the fault cannot be the reason.",
                        "Let the client use the target while the fault is open. If the client is a container, name it by "
                                + "client(…); if it speaks neither TCP nor UDP, or UDP and the fault stops no packets, say so "
                                + "by unattributed()."
                                + forgotten(unseen)));
    }

    private static String forgotten(Findings.Unseen unseen) {
        return unseen.flows().map(what -> " " + what).orElse("");
    }

    private static Verdict came(Findings found, Detection detection) {
        Findings.Moments moments = found.moments();
        long late = detection.firstAfterNanos() - moments.since();
        Duration after = Duration.ofNanos(Math.max(0, late));
        String failure = detection
                .failure()
                .map(FailureClass::name)
                .map(name -> ", by " + name)
                .orElse("");
        Duration bound = found.expected().bound();
        String expected = VerdictText.quoted(found.expected().what());
        String when = expected + " after " + VerdictText.seconds(after) + failure + " (bound "
                + VerdictText.seconds(bound) + ")";
        if (isTooEarly(found, detection)) {
            long early = moments.inForce() - detection.firstAfterNanos();
            return new Verdict(
                    Cause.CAME_TRUE_WHILE_INJECTING,
                    expected + " came true "
                            + (early > 0
                                    ? VerdictText.seconds(Duration.ofNanos(early)) + " before the fault was in force"
                                    : "while the fault was being injected")
                            + ", so the fault cannot be the reason.",
                    "Wait for the steady state first, and expect what the client itself reports before anything else.");
        }
        if (found.packets() == 0) {
            return wayAround(found)
                    .map(way -> new Verdict(Cause.BYPASSED, when + ", but the fault stopped nothing.", way))
                    .orElseGet(() -> new Verdict(
                            Cause.NO_EFFECT,
                            when + ", but the fault had no effect by then (" + found.evidence()
                                    + "), so it cannot be the reason.",
                            "Look for what else changed at that moment."));
        }
        if (cannotCause(found, detection)) {
            return new Verdict(
                    Cause.OTHER_FAILURE,
                    when + ", but a silent partition of every leg causes no " + failure.replaceAll(".* ", "")
                            + ", so something else did.",
                    "Look for what else ended or refused the client's connection at that moment.");
        }
        if (found.expected().isOfClient() && found.affected().isEmpty()) {
            boolean afterwards = moments.over()
                    .filter(over -> detection.firstAfterNanos() - over > 0)
                    .isPresent();
            return afterwards
                    ? new Verdict(
                            Cause.FAULT_OVER,
                            when + ", but by then the fault was over, and nothing of the client's had met it.",
                            "Let the client use the target while the fault is open, or let the fault last longer.")
                    : notAffected(when, found.unseen());
        }
        Verdict verdict = after.compareTo(bound) > 0
                ? new Verdict(Cause.NOTICED_TOO_LATE, when + ", which is too late.")
                : VerdictText.held(when + ".");
        return found.expected().isOfClient() ? verdict.withAttribution(found.affected()) : verdict;
    }

    /**
     * What ends connections or stops the server can be noticed while it is being done; what only loses packets cannot
     * be noticed before a time-out.
     */
    private static boolean isTooEarly(Findings found, Detection detection) {
        Findings.Moments moments = found.moments();
        if (detection.firstAfterNanos() - moments.began() < 0) {
            return true;
        }
        boolean seenFalseInForce = detection.lastBeforeNanos() - moments.inForce() >= 0;
        return !seenFalseInForce
                && found.reach().onlySilences()
                && detection.firstAfterNanos() - moments.inForce() < AT_ONCE.toNanos();
    }

    /** Who closes a connection that does not answer may call that an end of stream: so EOF is nobody's who has closed none. */
    private static boolean cannotCause(Findings found, Detection detection) {
        return found.reach().onlySilences()
                && found.bypasses().isEmpty()
                && detection
                        .failure()
                        .filter(how -> how == FailureClass.RESET
                                || how == FailureClass.REFUSED
                                || (how == FailureClass.EOF && found.keptAll()))
                        .isPresent();
    }

    private static Verdict didNotCome(Findings found) {
        String what = VerdictText.quoted(found.expected().what()) + " did not come true within "
                + VerdictText.seconds(found.expected().bound());
        Prediction prediction = found.prediction();
        boolean aroundIt = found.packets() == 0 || !found.bypasses().isEmpty();
        if (prediction.isConnected()
                && !found.crossesCut()
                && aroundIt
                && found.affected().isEmpty()) {
            return new Verdict(
                    Cause.BYPASSED,
                    what + ", but the client's connection to "
                            + prediction.connections().get(0).peer() + " never met the fault.",
                    wayAround(found).orElse("Inject the fault on every leg of the client's route."));
        }
        boolean idleIsUntouched =
                !found.reach().silences() || !found.limitations().isEmpty();
        if (found.packets() == 0 && idleIsUntouched) {
            return new Verdict(
                    Cause.NO_EFFECT,
                    what + ", but nothing that the fault changes was sent meanwhile.",
                    "Let the client do work while the fault is open."
                            + (found.limitations().isEmpty() ? "" : " Mind that " + limitations(found) + "."));
        }
        boolean unseen = found.unseen().sockets().isPresent() && found.packets() > 0;
        if (found.crossesCut()
                || found.affected().isPresent()
                || unseen
                || !found.expected().isOfClient()) {
            boolean othersConnection = prediction.isConnected() && !found.crossesCut();
            boolean nothingToAdd = othersConnection && found.limitations().isEmpty();
            return new Verdict(Cause.NOT_NOTICED, what + ".", Optional.of(nothingToAdd ? ACTS : explain(found)))
                    .withAttribution(found.affected());
        }
        if (prediction.isConnected()) {
            return notAffected(what, found.unseen());
        }
        return new Verdict(
                Cause.CLIENT_NOT_AFFECTED,
                what
                        + ", but no connection of the client to the target was seen, and nothing of the client's met the fault.",
                wayAround(found)
                        .orElse(
                                "Is the client connected, and to this target? Let it do work while the fault is open; if it "
                                        + "is a container, name it by client(…)." + forgotten(found.unseen())));
    }

    private static String explain(Findings found) {
        Prediction prediction = found.prediction();
        String told = "Before the fault, " + prediction.describe() + ".";
        if (!found.limitations().isEmpty()) {
            return told + " But " + limitations(found) + ". " + ACTS;
        }
        if (prediction.isConnected()
                && !prediction.canNoticeWithin(found.expected().bound())) {
            return told + " Set keepalive on the client's socket (SO_KEEPALIVE with TCP_KEEPIDLE, TCP_KEEPINTVL and "
                    + "TCP_KEEPCNT), or let it send a heartbeat and bound its answer.";
        }
        return told + " " + ACTS;
    }

    private static String limitations(Findings found) {
        return String.join("; ", found.limitations());
    }

    private static Optional<String> wayAround(Findings found) {
        if (found.bypasses().isEmpty()) {
            return Optional.empty();
        }
        String ways = "The fault left a way around it: " + String.join("; ", found.bypasses()) + ".";
        boolean listens =
                found.bypasses().stream().anyMatch(way -> way.contains("port") || way.contains("docker-proxy"));
        return Optional.of(
                listens
                        ? ways
                                + " Whatever listens there answers the client's probes with its own kernel, so this tested "
                                + "that listener and not the client. Cut every leg: leave out containerLegOnly()."
                        : ways + " Close that way too, or let the client take another.");
    }
}
