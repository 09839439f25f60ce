package io.faultline.inject;

import io.faultline.agent.Agent;
import io.faultline.agent.Opening;
import io.faultline.effect.Effect;
import io.faultline.effect.NamespaceEffect;
import io.faultline.effect.Script;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Gives effects in network namespaces to the agent, in one request. */
final class AgentCarrier implements Carrier {

    private final Ledger ledger;

    AgentCarrier(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public boolean carries(Effect effect) {
        return effect instanceof NamespaceEffect;
    }

    @Override
    public AgentEffects open(List<Effect> effects, Terms terms) {
        Agent agent = ledger.source().agent();
        Instant expiry = Instant.now().plus(terms.maximum());
        List<AgentEffects.Tagged> tagged = new ArrayList<>();
        List<Opening> openings = new ArrayList<>();
        for (Effect each : effects) {
            NamespaceEffect effect = (NamespaceEffect) each;
            String tag = ledger.nextTag();
            Script script = effect.script(tag, expiry);
            if (terms.lifted() && !script.canBeLifted()) {
                throw AgentEffects.cannotBeLifted(effect);
            }
            tagged.add(new AgentEffects.Tagged(tag, effect));
            openings.add(new Opening(tag, effect.namespace(), script, terms.maximum(), terms.lifted()));
        }
        return new AgentEffects(tagged, agent, ledger, expiry, agent.open(openings));
    }
}
