package io.faultline.inject;

import io.faultline.agent.Agent;
import io.faultline.agent.Opening;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.Effect;
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
        List<ActiveAgentEffects.Tagged> tagged = new ArrayList<>();
        List<Opening> openings = new ArrayList<>();
        for (Effect each : effects) {
            AgentEffect effect = (AgentEffect) each;
            String tag = registry.nextTag();
            tagged.add(new ActiveAgentEffects.Tagged(tag, effect));
            openings.add(new Opening(tag, effect.namespace(), effect.action(), options.maximum(), options.lifted()));
        }
        return new ActiveAgentEffects(tagged, agent, registry, agent.open(openings, options.unchanged()));
    }
}
