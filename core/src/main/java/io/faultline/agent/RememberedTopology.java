package io.faultline.agent;

import io.faultline.topology.Topology;
import java.util.List;

/**
 * What was found out about targets some time ago.
 *
 * @param seen what it was read from: as long as that is unchanged, the topology is so still
 */
public record RememberedTopology(Topology topology, List<Seen> seen) {

    public RememberedTopology {
        seen = List.copyOf(seen);
    }
}
