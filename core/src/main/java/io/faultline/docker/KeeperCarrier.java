package io.faultline.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.faultline.effect.ContainerChange;
import io.faultline.effect.Effect;
import io.faultline.effect.EndedContainer;
import io.faultline.effect.PausedContainer;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.inject.Carrier;
import io.faultline.inject.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Changes containers, with a keeper for each injection. Thread-safe. */
final class KeeperCarrier implements Carrier {

    private final DockerEngine engine;
    private final String run;
    private final Ender ender;
    private final AtomicInteger keepers = new AtomicInteger();

    KeeperCarrier(DockerEngine engine, String run, Ender ender) {
        this.engine = engine;
        this.run = run;
        this.ender = ender;
    }

    @Override
    public boolean carries(Effect effect) {
        return effect instanceof ContainerChange;
    }

    @Override
    public KeptChanges open(List<Effect> effects, Terms terms) {
        Undo undo = new Undo();
        List<KeptChange> changes = new ArrayList<>();
        for (Effect each : effects) {
            ContainerChange effect = (ContainerChange) each;
            InspectContainerResponse found =
                    engine.client().inspectContainerCmd(effect.containerId()).exec();
            requireReversible(effect, found);
            undo.add(effect, found.getNetworkSettings().getNetworks());
            changes.add(KeptChange.of(effect, Wiring.of(found)));
        }
        String name = "faultline-" + Keeper.ROLE + "-" + run + "-" + keepers.incrementAndGet();
        Keeper keeper = Keeper.start(engine, new Keeper.Task(run, name, undo.task(name, terms)));
        KeptChanges open = new KeptChanges(engine, ender, changes, keeper);
        if (!terms.lifted()) {
            try {
                open.restore();
            } catch (RuntimeException e) {
                keeper.close();
                throw e;
            }
        }
        return open;
    }

    private static void requireReversible(ContainerChange effect, InspectContainerResponse found) {
        if (effect instanceof PausedContainer
                && Boolean.TRUE.equals(found.getState().getPaused())) {
            throw new ImpossibleFaultException(
                    "Cannot pause " + effect.place() + ": it is paused already. Who pauses it? Unpause it first.");
        }
        if (effect instanceof EndedContainer
                && Boolean.TRUE.equals(found.getHostConfig().getAutoRemove())) {
            throw new ImpossibleFaultException("Cannot end " + effect.place()
                    + " and start it again: Docker removes it when it ends. Start it without AutoRemove (--rm).");
        }
    }
}
