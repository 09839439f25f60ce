package io.faultline.world;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.Command;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.Readings;
import io.faultline.effect.Script;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.ResolvedTarget;
import java.time.Instant;
import java.util.List;

/** An effect for a {@link FakeAgent}, whose counters are plain numbers. Two overlap if they are in one namespace. */
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
    public Script script(String tag, Instant expiry) {
        List<Command> counters = List.of(new Command("count", ""));
        return new Script(
                List.of(List.of(new Command("do", tag))),
                List.of(new Command("arm", tag)),
                List.of(new Command("disarm", tag)),
                counters,
                List.of(List.of(new Command("undo", tag))),
                true);
    }

    @Override
    public List<List<Command>> retune(String tag, AgentEffect to) {
        return to.namespace().equals(namespace)
                ? List.of(List.of(new Command("tune", to.summary())))
                : AgentEffect.super.retune(tag, to);
    }

    @Override
    public boolean overlaps(Effect other) {
        return other instanceof AgentEffect effect && namespace.equals(effect.namespace());
    }

    @Override
    public List<Count> evidence(String tag, Readings readings) {
        long packets = Long.parseLong(readings.counters().get(0));
        return List.of(new Count(Leg.Kind.CONTAINER, Direction.IN, EvidenceUnit.DROPPED, packets, packets));
    }

    /** A second output says that something is gone. */
    @Override
    public boolean isIntact(String tag, Readings readings) {
        return readings.counters().size() == 1;
    }
}
