package io.faultline.inject;

import io.faultline.agent.Agent;
import io.faultline.agent.RememberedTopology;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Where an injector gets what it works with. Thread-safe. */
@API(status = Status.INTERNAL)
public interface AgentSource {

    /** The running agent; a new one if the last has gone. */
    Agent agent();

    /** Looks at the targets. Changes nothing. */
    Topology topology(List<Target> targets);

    /** What was found out about the targets before, without looking at them; empty if they have to be looked at. */
    default Optional<RememberedTopology> remembered(List<Target> targets) {
        return Optional.empty();
    }

    /** What other containers lose when this one ends, because they live in its namespaces: a few words for each. */
    default List<String> lostWith(ResolvedTarget resolved) {
        return List.of();
    }

    /** Who makes the effects that the agent does not. */
    default List<EffectExecutor> executors() {
        return List.of();
    }
}
