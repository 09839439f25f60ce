package io.faultline.verify;

import io.faultline.inject.Evidence;
import io.faultline.observe.Detection;
import io.faultline.observe.Prediction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All that a verdict on one expectation is made from.
 *
 * @param came when it came true, if it did
 * @param bound how long it was given
 * @param injectedNanos when the fault was in force
 * @param evidence what the fault had stopped by then
 * @param packets how many packets of that can be the client's: those on the legs that its connections run over, or all
 *     of them if none of its connections is known to meet the fault
 * @param prediction the client's connections to the target before the fault; without any if they cannot be seen
 * @param crossesCut whether one of those connections runs over a leg that is cut
 * @param silences whether the fault stops all packets, so that an idle client has met it too
 * @param uncut ways around the fault that are known
 * @param untestable what no client can be seen to do under the fault, in words that say what to use in its place
 */
record Findings(
        String expected,
        Optional<Detection> came,
        Duration bound,
        long injectedNanos,
        Evidence evidence,
        long packets,
        Prediction prediction,
        boolean crossesCut,
        boolean silences,
        List<String> uncut,
        List<String> untestable) {}
