package io.faultline.world;

import io.faultline.effect.Command;
import io.faultline.effect.Effect;
import io.faultline.effect.PacketCount;
import io.faultline.effect.PacketCount.Direction;
import io.faultline.effect.Script;
import io.faultline.terrain.Leg;
import io.faultline.terrain.NetworkNamespace;
import java.time.Instant;
import java.util.List;

/** An effect for a {@link FakeAgent}, whose counters are plain numbers. Two overlap if they are in one namespace. */
public record FakeEffect(String name, NetworkNamespace namespace, boolean hitsEveryone) implements Effect {

    public static FakeEffect in(long inode) {
        return new FakeEffect("effect in " + inode, new NetworkNamespace(inode, 1), true);
    }

    @Override
    public Leg.Kind leg() {
        return Leg.Kind.CONTAINER;
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
                List.of(),
                List.of(),
                counters,
                List.of(List.of(new Command("undo", tag))));
    }

    @Override
    public boolean overlaps(Effect other) {
        return namespace.equals(other.namespace());
    }

    @Override
    public List<PacketCount> evidence(String tag, List<String> counterOutputs) {
        long packets = Long.parseLong(counterOutputs.get(0));
        return List.of(new PacketCount(leg(), Direction.IN, packets, packets * 60));
    }

    /** A second output says that something is gone. */
    @Override
    public boolean isIntact(String tag, List<String> counterOutputs) {
        return counterOutputs.size() == 1;
    }
}
