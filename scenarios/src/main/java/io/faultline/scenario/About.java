package io.faultline.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a report's readers are told about a scenario besides what came out of it.
 *
 * @param title what happens in it, in a few words
 * @param why why anyone should care
 * @param good what a client that copes can be seen to do; empty if nobody has written it down
 * @param fix how to mend a client that does not; empty if nobody has written it down
 * @param boundToDetect within which the fault had to be noticed, if that was expected
 * @param boundToRecover within which work had to be done again after the healing, if that was expected
 * @param boundToEnd within which the system had to end, if it was told to stop
 */
public record About(
        String title,
        String why,
        String good,
        String fix,
        List<String> tags,
        Optional<Duration> boundToDetect,
        Optional<Duration> boundToRecover,
        Optional<Duration> boundToEnd) {

    public About {
        tags = List.copyOf(tags);
    }

    /** What is known of a scenario that tells no more than this. */
    public static About of(String title, String why) {
        return new About(title, why, "", "", List.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
