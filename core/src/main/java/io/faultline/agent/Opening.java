package io.faultline.agent;

import io.faultline.effect.Script;
import io.faultline.topology.NetworkNamespace;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A change for the agent to make.
 *
 * @param tag the name that everything it adds carries
 * @param maximum when the agent takes it back by itself
 * @param lifted whether it is only prepared, and does no harm until it is restored
 */
public record Opening(String tag, NetworkNamespace where, Script script, Duration maximum, boolean lifted) {

    Map<String, Object> request() {
        Map<String, Object> request = new HashMap<>(script(script));
        request.put("effect", tag);
        request.put("pid", where.pid());
        request.put("netns", where.inode());
        request.put("max_ms", maximum.toMillis());
        request.put("lifted", lifted);
        request.put("apply", lifted ? script.prepare() : script.apply());
        return request;
    }

    static Map<String, Object> script(Script script) {
        Map<String, Object> parts = new HashMap<>(Map.of(
                "apply", List.of(),
                "arm", script.arm(),
                "disarm", script.disarm(),
                "expires", script.expires(),
                "counters", script.counters(),
                "undo", script.undo()));
        script.responder().ifPresent(responder -> parts.put("responder", responder));
        script.cut().ifPresent(cut -> parts.put("cut", cut));
        script.action().ifPresent(action -> parts.put(action.verb(), action.request()));
        return parts;
    }
}
