package io.faultline.scenario;

import java.util.Locale;

/** Which of the two is played on a reference system. */
public enum Variant {
    /** Does all as it should: a scenario that is right HOLDS with it. */
    RESILIENT,
    /** Leaves at its default the one thing that the scenario is about: it is BROKEN by it. */
    NAIVE;

    /** As on the command line and in reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
