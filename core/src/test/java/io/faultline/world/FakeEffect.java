package io.faultline.world;

import io.faultline.effect.ActionState;
import io.faultline.effect.AgentAction;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.ResolvedTarget;
import java.util.List;

/** An effect for a {@link FakeAgent}, which counts in plain numbers. Two overlap if they are in one namespace. */
public record FakeEffect(String name, NetworkNamespace namespace, Impact impact) implements AgentEffect {

    /** One that silences. */
    public static FakeEffect in(long inode) {
        return new FakeEffect("effect in " + inode, new NetworkNamespace(inode, 1), Impact.SILENCES);
    }

    public FakeEffect that(Impact does) {
        return new FakeEffect(name, namespace, does);
    }

    /** On every target, in whichever namespace it is. */
    @Override
    public boolean isOn(ResolvedTarget resolved) {
        return true;
    }

    @Override
    public boolean hits(Hop hop) {
        return hop.leg() == Leg.Kind.CONTAINER;
    }

    @Override
    public boolean stopsAll() {
        return impact != Impact.DEGRADES;
    }

    @Override
    public String summary() {
        return name;
    }

    @Override
    public AgentAction action() {
        return new Order(name);
    }

    /** What the agent is told. */
    public record Order(String name) implements AgentAction {

        @Override
        public String verb() {
            return "fake";
        }
    }

    @Override
    public boolean canBecome(AgentEffect other) {
        return other.namespace().equals(namespace);
    }

    @Override
    public boolean overlaps(Effect other) {
        return other instanceof AgentEffect effect && namespace.equals(effect.namespace());
    }

    @Override
    public List<Count> evidence(ActionState state) {
        return List.of(
                new Count(Leg.Kind.CONTAINER, Direction.IN, EvidenceUnit.DROPPED, state.number(), state.number()));
    }
}
