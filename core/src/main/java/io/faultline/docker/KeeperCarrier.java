package io.faultline.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.faultline.effect.Effect;
import io.faultline.effect.NetworkDetachment;
import io.faultline.inject.Carrier;
import io.faultline.inject.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Detaches containers from networks, with a keeper for each injection. Thread-safe. */
final class KeeperCarrier implements Carrier {

    private final DockerEngine engine;
    private final String run;
    private final AtomicInteger keepers = new AtomicInteger();

    KeeperCarrier(DockerEngine engine, String run) {
        this.engine = engine;
        this.run = run;
    }

    @Override
    public boolean carries(Effect effect) {
        return effect instanceof NetworkDetachment;
    }

    @Override
    public DetachedNetworks open(List<Effect> effects, Terms terms) {
        Undo undo = new Undo();
        List<DetachedNetworks.Held> held = new ArrayList<>();
        for (Effect each : effects) {
            NetworkDetachment effect = (NetworkDetachment) each;
            InspectContainerResponse found =
                    engine.client().inspectContainerCmd(effect.containerId()).exec();
            undo.add(effect, found.getNetworkSettings().getNetworks());
            held.add(new DetachedNetworks.Held(effect, Wiring.of(found)));
        }
        String name = "faultline-" + Keeper.ROLE + "-" + run + "-" + keepers.incrementAndGet();
        Keeper keeper = Keeper.start(engine, new Keeper.Task(run, name, undo.task(name, terms)));
        DetachedNetworks open = new DetachedNetworks(engine, held, keeper);
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
}
