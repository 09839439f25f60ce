package io.faultline.scenario.junit;

import io.faultline.scenario.Settings;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.reference.ReferenceSource;
import io.faultline.scenario.run.SystemSource;
import java.util.Optional;

/** What a scenario is played on, and what its result says of that. */
record Setup(SystemSource source, Settings settings) {

    /** The reference system that it names itself. */
    static Setup of(ReferenceSource reference, Scenario scenario) {
        return new Setup(reference, new Settings(Optional.of(reference.variant()), reference.judged(scenario), 1));
    }

    /** A system of the user's own. */
    static Setup of(SystemSource own, String name) {
        return new Setup(own, new Settings(Optional.empty(), name, 1));
    }
}
