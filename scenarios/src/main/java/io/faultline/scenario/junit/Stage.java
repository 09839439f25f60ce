package io.faultline.scenario.junit;

import io.faultline.scenario.Settings;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.play.SystemSource;
import io.faultline.scenario.reference.ReferenceSource;
import java.util.Optional;

/** What a scenario is played on, and what its result says of that. */
record Stage(SystemSource source, Settings settings) {

    /** The reference system that it names itself. */
    static Stage of(ReferenceSource reference, Scenario scenario) {
        return new Stage(reference, new Settings(Optional.of(reference.variant()), reference.judged(scenario), 1));
    }

    /** A system of the user's own. */
    static Stage of(SystemSource own, String name) {
        return new Stage(own, new Settings(Optional.empty(), name, 1));
    }
}
