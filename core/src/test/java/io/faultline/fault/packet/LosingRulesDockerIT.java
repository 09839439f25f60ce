package io.faultline.fault.packet;

import java.util.List;

class LosingRulesDockerIT extends PacketRulesDockerIT {

    /** Two rules with a counter each, which together leave nothing: a client sees what it sees of a partition. */
    @Override
    PacketAction action() {
        return new PacketAction.LostByPattern(2, List.of(1, 2));
    }
}
