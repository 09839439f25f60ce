package io.faultline.agent;

import io.faultline.effect.AgentAction;
import io.faultline.topology.NetworkNamespace;
import java.time.Duration;
import java.util.Map;

/**
 * A change for the agent to make.
 *
 * @param tag the name that everything it adds carries
 * @param maximum when the agent takes it back by itself
 * @param lifted whether it is only prepared, and does no harm until it is restored
 */
public record Opening(String tag, NetworkNamespace where, AgentAction action, Duration maximum, boolean lifted) {

    Map<String, Object> request() {
        return Map.of(
                "effect",
                tag,
                "pid",
                where.pid(),
                "netns",
                where.inode(),
                "max_ms",
                maximum.toMillis(),
                "lifted",
                lifted,
                action.verb(),
                action.request());
    }
}
