package io.faultline.scenario.model;

import java.util.List;

/**
 * What people read of a scenario.
 *
 * @param version of its text: a report says which one was played
 * @param why why anyone should care
 * @param good what a system does that copes
 * @param fix what to do about one that does not
 * @param tags by which several are chosen
 */
public record About(String name, int version, String title, String why, String good, String fix, List<String> tags) {

    public About {
        tags = List.copyOf(tags);
    }
}
