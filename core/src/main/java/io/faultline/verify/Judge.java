package io.faultline.verify;

import io.faultline.observe.Detection;
import io.faultline.observe.FailureClass;
import io.faultline.observe.Prediction;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Turns findings into verdicts. Pure. */
final class Judge {

    private static final String ACTS = "Does the client act when its connection fails?";

    /** Sooner than this nobody notices that packets are lost. */
    private static final Duration AT_ONCE = Duration.ofMillis(10);

    private static final int STUCK_FRAMES = 4;
    private static final String BOUNDLESS =
            "What it calls waits without a bound. Give it a time-out (a socket's read time-out, a driver's query time-out); "
                    + "the thread was interrupted and left alone.";

    private Judge() {}

    /** On an expectation under the fault. HELD only if the fault met this client by then, and nothing spoiled it. */
    static Verdict underFault(Findings found) {
        if (found.evidence().spoiled().isPresent()) {
            return spoiled(found.evidence().spoiled().get());
        }
        return found.came().map(detection -> came(found, detection)).orElseGet(() -> didNotCome(found));
    }

    /**
     * On an expectation after the healing.
     *
     * @param after from the healing until it came true; empty if it did not
     * @param wasLost whether it was seen not to be true under the fault
     * @param healed what was healed before; empty if there was no fault
     */
    static Verdict afterHealing(
            FaultWindow.Expected expected, Optional<Duration> after, boolean wasLost, Optional<FaultWindow> healed) {
        String what = quoted(expected.what());
        String where = healed.isPresent() ? " after healing" : "";
        Optional<RecoveryPrediction> predicted = healed.flatMap(FaultWindow::recovery);
        String foretold = predicted.map(due -> " (" + due.describe() + ")").orElse("");
        if (!wasLost) {
            return new Verdict(
                    Cause.NEVER_LOST,
                    what
                            + " was true under the fault as well when it was looked at before the healing, so it did not come back.",
                    "Expect after the healing what the fault takes away; what is to stay true under it is for keeps(…).");
        }
        if (after.filter(took -> took.compareTo(expected.bound()) <= 0).isPresent()) {
            return held(what + " " + seconds(after.get()) + where + " (bound " + seconds(expected.bound()) + ")."
                    + foretold);
        }
        String reason = what + " did not come true within " + seconds(expected.bound()) + where + ".";
        if (predicted.filter(due -> due.due().compareTo(expected.bound()) > 0).isPresent()) {
            return new Verdict(
                    Cause.KERNEL_BACKOFF,
                    reason,
                    "That is TCP's own back-off: " + predicted.get().describe()
                            + ". Let the client give such a connection up and open another: a time-out of its own for each "
                            + "answer, or TCP_USER_TIMEOUT on its socket, at the price of giving up connections that a short "
                            + "silence would have spared. On Linux 6.15 and newer, net.ipv4.tcp_rto_max_ms bounds the back-off.");
        }
        return new Verdict(
                Cause.NOT_RECOVERED,
                reason + foretold,
                "Does the client try to connect again, and for longer than the fault lasts?");
    }

    /** On a recovery that could not be: the target is published elsewhere now. */
    static Verdict addressChanged(String expected, String change) {
        return new Verdict(
                Cause.ADDRESS_CHANGED,
                quoted(expected) + " did not come true, but the target is not where it was: " + change + ".",
                "Publish a fixed port, or let the client find the new one: Faultline.mappedPort tells it.");
    }

    /** On an expectation that was true before the fault. */
    static Verdict trueAlready(String expected, String seen) {
        return new Verdict(
                Cause.TRUE_BEFORE,
                quoted(expected) + " was true before the fault already" + seen(seen)
                        + ", so the fault could not be what made it true.",
                "Expect something that only the fault can bring about, and wait for the steady state first; what has to "
                        + "stay true is for keeps(…), or a \"hold\" step.");
    }

    /** On a later expectation that was true when it was first looked at. */
    static Verdict neverSeenFalse(String expected) {
        return new Verdict(
                Cause.TRUE_BEFORE,
                quoted(expected) + " was true when it was first looked at, so it may have been true before the fault.",
                "Expect it first, or in an experiment of its own.");
    }

    /** On what comes true, or stops, without the fault as well. */
    static Verdict happensAnyway(String expected, Duration after, String how) {
        return new Verdict(
                Cause.HAPPENS_WITHOUT_FAULT,
                quoted(expected) + " " + how + " " + seconds(after)
                        + " after the beginning of the control as well, in which the fault was prepared and not armed.",
                "Something else brings it about: a timer, another test, a client that never was steady. Find that first.");
    }

    /** On what was to go on working, and did not even before the fault. */
    static Verdict notSteady(String expected, String seen) {
        return new Verdict(
                Cause.NOT_STEADY,
                quoted(expected) + " did not hold before the fault either" + seen(seen) + ".",
                "Wait for the steady state first.");
    }

    /** On what was to go on working: it did. */
    static Verdict kept(String expected, Duration span, Optional<String> affected, Optional<String> blind) {
        if (affected.isPresent()) {
            return held(quoted(expected) + " for " + seconds(span) + ".").withAttribution(affected);
        }
        return notAffected(quoted(expected) + " for " + seconds(span), blind);
    }

    /** On what was to go on working: it did not. */
    static Verdict notKept(String expected, Duration after, String seen, boolean hadEffect) {
        String reason = quoted(expected) + " did not hold: after " + seconds(after) + ", " + seen + ".";
        return hadEffect
                ? new Verdict(Cause.STOPPED_WORKING, reason)
                : new Verdict(
                        Cause.NO_EFFECT,
                        reason + " But by then the fault had harmed nobody.",
                        "Look for what else went wrong at that moment.");
    }

    /** On what cannot be looked at. */
    static Verdict notObservable(String expected, Throwable why) {
        return new Verdict(Cause.NOT_OBSERVABLE, quoted(expected) + " could not be looked at: " + why);
    }

    /** On a look before the fault that does not return. */
    static Verdict noFirstLook(String expected, Duration limit) {
        return new Verdict(
                Cause.NOT_OBSERVABLE,
                quoted(expected) + " could not be looked at before the fault: the look did not come back within "
                        + seconds(limit) + ".",
                "Give what it calls a time-out.");
    }

    /** The same verdict on an expectation whose last look did not come back. */
    static Verdict withStuckLook(Verdict verdict, StackTraceElement[] stands) {
        if (verdict.cause() != Cause.NOT_NOTICED) {
            return verdict;
        }
        return new Verdict(
                Cause.CALL_DID_NOT_RETURN,
                stripped(verdict.reason()) + ": the look did not come back, and stands " + where(stands) + ".",
                Optional.of(BOUNDLESS),
                verdict.attribution());
    }

    /** On what was to go on working, and hangs. */
    static Verdict neverCameBack(String expected, Duration limit, StackTraceElement[] stands) {
        return new Verdict(
                Cause.CALL_DID_NOT_RETURN,
                quoted(expected) + " did not go on: the last look did not come back within " + seconds(limit)
                        + ", and stands " + where(stands) + ".",
                BOUNDLESS);
    }

    private static String where(StackTraceElement[] stands) {
        return Arrays.stream(stands)
                .limit(STUCK_FRAMES)
                .map(frame -> "at " + frame)
                .collect(Collectors.joining(", "));
    }

    private static Verdict spoiled(String reason) {
        return new Verdict(
                Cause.INVALIDATED,
                "the fault did not hold as it should have: " + reason + ".",
                "Run it again; if it happens again, look for what stops the target or changes its rules.");
    }

    /** On a fault that did nothing to this client. */
    static Verdict notAffected(String when, Optional<String> blind) {
        return blind.map(
                        why -> new Verdict(
                                Cause.NOT_ATTRIBUTABLE,
                                when + ", but whether the client met the fault cannot be seen from here: "
                                        + stripped(why) + ".",
                                "Run where Faultline sees the client's sockets (Linux, beside the engine), name the container that "
                                        + "is the client by client(…), or accept a verdict on whoever it was by unattributed()."))
                .orElseGet(() -> new Verdict(
                        Cause.CLIENT_NOT_AFFECTED,
                        when
                                + ", but nothing of the client's met the fault by then, so the fault cannot be the reason.",
                        "Let the client use the target while the fault is open. If the client is a container, name it by "
                                + "client(…); if it speaks another protocol than TCP, say so by unattributed()."));
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
        String expected = quoted(found.expected().what());
        String when = expected + " after " + seconds(after) + failure + " (bound " + seconds(bound) + ")";
        if (isTooEarly(found, detection)) {
            long early = moments.inForce() - detection.firstAfterNanos();
            return new Verdict(
                    Cause.CAME_TRUE_WHILE_INJECTING,
                    expected + " came true "
                            + (early > 0
                                    ? seconds(Duration.ofNanos(early)) + " before the fault was in force"
                                    : "while the fault was being injected")
                            + ", so the fault cannot be the reason.",
                    "Wait for the steady state first, and expect what the client itself tells before anything else.");
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
                    : notAffected(when, found.blind());
        }
        Verdict verdict = after.compareTo(bound) > 0
                ? new Verdict(Cause.NOTICED_TOO_LATE, when + ", which is too late.")
                : held(when + ".");
        return found.expected().isOfClient() ? verdict.withAttribution(found.affected()) : verdict;
    }

    /**
     * What ends connections or stops whoever answers can be noticed while it is being done; what only loses packets cannot
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

    private static boolean cannotCause(Findings found, Detection detection) {
        return found.reach().onlySilences()
                && found.uncut().isEmpty()
                && detection
                        .failure()
                        .filter(how -> how == FailureClass.RESET || how == FailureClass.REFUSED)
                        .isPresent();
    }

    private static Verdict didNotCome(Findings found) {
        String what = quoted(found.expected().what()) + " did not come true within "
                + seconds(found.expected().bound());
        Prediction prediction = found.prediction();
        boolean aroundIt = found.packets() == 0 || !found.uncut().isEmpty();
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
                !found.reach().silences() || !found.untestable().isEmpty();
        if (found.packets() == 0 && idleIsUntouched) {
            return new Verdict(
                    Cause.NO_EFFECT,
                    what + ", but nothing that the fault changes was sent meanwhile.",
                    "Let the client do work while the fault is open."
                            + (found.untestable().isEmpty() ? "" : " Mind that " + untestable(found) + "."));
        }
        boolean unseen = found.blind().isPresent() && found.packets() > 0;
        if (found.crossesCut()
                || found.affected().isPresent()
                || unseen
                || !found.expected().isOfClient()) {
            boolean othersConnection = prediction.isConnected() && !found.crossesCut();
            boolean nothingToAdd = othersConnection && found.untestable().isEmpty();
            return new Verdict(Cause.NOT_NOTICED, what + ".", Optional.of(nothingToAdd ? ACTS : explain(found)))
                    .withAttribution(found.affected());
        }
        if (prediction.isConnected()) {
            return notAffected(what, found.blind());
        }
        return new Verdict(
                Cause.CLIENT_NOT_AFFECTED,
                what
                        + ", but no connection of the client to the target was seen, and nothing of the client's met the fault.",
                wayAround(found)
                        .orElse(
                                "Is the client connected, and to this target? Let it do work while the fault is open; if it "
                                        + "is a container, name it by client(…)."));
    }

    private static String explain(Findings found) {
        Prediction prediction = found.prediction();
        String told = "Before the fault, " + prediction.describe() + ".";
        if (!found.untestable().isEmpty()) {
            return told + " But " + untestable(found) + ". " + ACTS;
        }
        if (prediction.isConnected()
                && !prediction.canNoticeWithin(found.expected().bound())) {
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
        return new Verdict(Cause.AS_EXPECTED, reason);
    }

    private static String seen(String what) {
        return what.equals("true") || what.equals("false") ? "" : " (" + what + ")";
    }

    private static String stripped(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static String quoted(String expected) {
        return '"' + expected + '"';
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }
}
