package io.faultline.verify;

import java.time.Duration;
import java.util.Optional;

/** Turns what was seen after a healing into verdicts. Pure. */
final class RecoveryJudge {

    private RecoveryJudge() {}

    /**
     * On an expectation after the healing.
     *
     * @param after from the healing until it came true; empty if it did not
     * @param wasLost whether it was seen not to be true under the fault
     * @param healed what was healed before; empty if there was no fault
     */
    static Verdict afterHealing(
            FaultWindow.Expected expected, Optional<Duration> after, boolean wasLost, Optional<FaultWindow> healed) {
        String what = VerdictText.quoted(expected.what());
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
            return VerdictText.held(what + " " + VerdictText.seconds(after.get()) + where + " (bound "
                    + VerdictText.seconds(expected.bound()) + ")." + foretold);
        }
        String reason = what + " did not come true within " + VerdictText.seconds(expected.bound()) + where + ".";
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
                VerdictText.quoted(expected) + " did not come true, but the target is not where it was: " + change
                        + ".",
                "Publish a fixed port, or let the client find the new one: Faultline.mappedPort has it.");
    }
}
