package io.faultline.docker.output;

import com.github.dockerjava.api.model.LogConfig;
import io.faultline.agent.Agent;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.effect.Effect;
import io.faultline.effect.UnreadOutput;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.inject.ActiveEffects;
import io.faultline.inject.EffectExecutor;
import io.faultline.inject.OpenOptions;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Takes containers' output from Docker and does not read it. Thread-safe. */
public final class UnreadOutputExecutor implements EffectExecutor {

    private final DockerEngine engine;
    private final Supplier<Agent> agent;

    public UnreadOutputExecutor(DockerEngine engine, Supplier<Agent> agent) {
        this.engine = engine;
        this.agent = agent;
    }

    @Override
    public boolean handles(Effect effect) {
        return effect instanceof UnreadOutput;
    }

    @Override
    public boolean takesSeveral() {
        return false;
    }

    @Override
    public ActiveEffects open(List<Effect> effects, OpenOptions options) {
        UnreadOutput effect = (UnreadOutput) effects.get(0);
        requireBlocking(effect);
        return UnreadOutputs.open(engine, agent, effect, options);
    }

    private void requireBlocking(UnreadOutput effect) {
        LogConfig logging = engine.client()
                .inspectContainerCmd(effect.containerId())
                .exec()
                .getHostConfig()
                .getLogConfig();
        Map<String, String> options = logging.getConfig();
        if (options != null && "non-blocking".equals(options.get("mode"))) {
            throw new ImpossibleFaultException("Cannot block the output of " + effect.place()
                    + ": its log driver runs with mode=non-blocking, which drops what nobody reads, so that in production "
                    + "nothing ever waits there. Nothing is to be tested; or start it without that option.");
        }
    }
}
