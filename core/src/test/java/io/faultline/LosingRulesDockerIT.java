package io.faultline;

import io.faultline.effect.Fate;
import java.util.List;

class LosingRulesDockerIT extends PacketRulesDockerIT {

    /** Two rules with a counter each, which together leave nothing: a client sees what it sees of a partition. */
    @Override
    Fate fate() {
        return new Fate.LostByPattern(2, List.of(1, 2));
    }
}
