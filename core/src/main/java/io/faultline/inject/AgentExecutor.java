package io.faultline.inject;

import io.faultline.agent.Agent;
import io.faultline.agent.Opening;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.Effect;
import io.faultline.effect.Script;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Gives effects in network namespaces to the agent, in one request. */
final class AgentExecutor implements EffectExecutor {

    private final InjectionRegistry registry;

    AgentExecutor(InjectionRegistry registry) {
        this.registry = registry;
    }

    @Override
    public boolean handles(Effect effect) {
        return effect instanceof AgentEffect;
    }

    @Override
    public ActiveAgentEffects open(List<Effect> effects, OpenOptions options) {
        Agent agent = registry.source().agent();
        Instant expiry = Instant.now().plus(options.maximum());
        List<ActiveAgentEffects.Tagged> tagged = new ArrayList<>();
        List<Opening> openings = new ArrayList<>();
        for (Effect each : effects) {
            AgentEffect effect = (AgentEffect) each;
            String tag = registry.nextTag();
            Script script = effect.script(tag, expiry);
            if (options.lifted() && !script.canBeLifted()) {
                throw ActiveAgentEffects.cannotBeLifted(effect);
            }
            tagged.add(new ActiveAgentEffects.Tagged(tag, effect));
            openings.add(new Opening(tag, effect.namespace(), script, options.maximum(), options.lifted()));
        }
        return new ActiveAgentEffects(tagged, agent, registry, expiry, agent.open(openings));
    }
}
