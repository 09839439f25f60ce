package io.faultline.verify;

import io.faultline.inject.Evidence;
import io.faultline.inject.Reach;
import io.faultline.observe.Detection;
import io.faultline.observe.Prediction;
import java.util.List;
import java.util.Optional;

/**
 * All that a verdict on one expectation under one fault is made from.
 *
 * @param came when it came true, if it did
 * @param evidence what the fault had stopped by then
 * @param packets how many packets of that can be the client's: those on the legs that its connections run over, or all
 *     of them if none of its connections is known to meet the fault
 * @param affected what of the client's met the fault before it came true, in words
 * @param keptAll whether the client, as far as can be seen, has closed none of its connections that meet the fault
 * @param unseen what cannot be seen of the client
 * @param prediction the client's connections to the target before the fault; without any if they cannot be seen
 * @param crossesCut whether one of those connections runs over a leg that is cut
 * @param bypasses ways around the fault that are known
 * @param limitations what no client can be seen to do under the fault, in words that say what to use in its place
 */
record Findings(
        FaultWindow.Expected expected,
        Optional<Detection> came,
        Moments moments,
        Evidence evidence,
        long packets,
        Optional<String> affected,
        boolean keptAll,
        Unseen unseen,
        Prediction prediction,
        boolean crossesCut,
        Reach reach,
        List<String> bypasses,
        List<String> limitations) {

    /**
     * What cannot be seen of a client.
     *
     * @param sockets why its sockets cannot be; empty if they can
     * @param flows what is not known of whose packets were harmed, in a sentence; empty if all is
     */
    record Unseen(Optional<String> sockets, Optional<String> flows) {

        static final Unseen NOTHING = new Unseen(Optional.empty(), Optional.empty());

        boolean isAny() {
            return !equals(NOTHING);
        }
    }

    /**
     * When what was, as {@link System#nanoTime()}.
     *
     * @param since from when the bound counts
     * @param began when the fault began to be put into force
     * @param inForce when it was
     * @param over when it had ended; empty while it is open
     */
    record Moments(long since, long began, long inForce, Optional<Long> over) {}
}
