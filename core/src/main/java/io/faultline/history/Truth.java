package io.faultline.history;

import java.time.Duration;
import java.util.List;

/**
 * What is there on the server.
 *
 * @param values nothing, a value or a count, or the elements of a collection
 * @param showsRepeats false if it comes of a set, in which nothing can be twice
 * @param from when it began to be read, since the journal began
 * @param to when it was there
 */
record Truth(List<String> values, boolean showsRepeats, Duration from, Duration to) {

    Truth {
        values = List.copyOf(values);
    }
}
