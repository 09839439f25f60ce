package io.faultline.docker;

import com.github.dockerjava.api.exception.NotFoundException;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.Harm;
import io.faultline.effect.Effect;
import io.faultline.effect.NetworkDetachment;
import io.faultline.inject.Evidence;
import io.faultline.inject.OpenEffects;
import io.faultline.terrain.AttachedNetwork;
import io.faultline.terrain.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Containers that a keeper has detached from networks. Their evidence is the state itself: nothing passes an interface
 * that is not there. Guarded by their injection.
 */
final class DetachedNetworks implements OpenEffects {

    private final DockerEngine engine;
    private final List<Held> held;
    private Keeper keeper;
    private long inForceNanos = System.nanoTime();
    private boolean lifted = true;
    private Evidence seen = new Evidence(List.of(), Optional.empty());

    /** An effect, and how its container was wired before. */
    record Held(NetworkDetachment effect, Wiring before) {

        String place() {
            return effect.place();
        }

        boolean isAttached(Wiring now) {
            return effect.networks().stream().map(AttachedNetwork::name).anyMatch(now::isAttachedTo);
        }

        List<Count> counts(Wiring now) {
            List<Count> counts = new ArrayList<>();
            long detached = effect.networks().stream()
                    .filter(network -> !now.isAttachedTo(network.name()))
                    .count();
            counts.add(count(
                    Leg.Kind.CONTAINER,
                    Harm.DETACHED,
                    detached,
                    effect.networks().size()));
            if (before.places() > 0) {
                counts.add(count(Leg.Kind.PROXY, Harm.UNPUBLISHED, before.placesNotIn(now), before.places()));
            }
            return counts;
        }

        private static Count count(Leg.Kind leg, Harm harm, long number, long seen) {
            return new Count(leg, Direction.ANY, harm, number, seen);
        }
    }

    /** Still attached. */
    DetachedNetworks(DockerEngine engine, List<Held> held, Keeper keeper) {
        this.engine = engine;
        this.held = List.copyOf(held);
        this.keeper = keeper;
    }

    @Override
    public int size() {
        return held.size();
    }

    @Override
    public long inForceNanos() {
        return inForceNanos;
    }

    @Override
    public Evidence read() {
        return lifted ? seen : look();
    }

    private Evidence look() {
        List<Count> counts = new ArrayList<>();
        Optional<String> spoiled = seen.spoiled();
        for (Held each : held) {
            Wiring now = wiring(each);
            counts.addAll(each.counts(now));
            spoiled = spoiled.or(() -> trouble(each, now));
        }
        seen = new Evidence(counts, spoiled);
        return seen;
    }

    private Optional<String> trouble(Held each, Wiring now) {
        if (now.process() != each.before().process()) {
            return Optional.of(Evidence.TARGET_DIED);
        }
        if (!each.isAttached(now)) {
            return Optional.empty();
        }
        return Optional.of(
                keeper.isAlive()
                        ? "somebody else connected " + each.place() + " again while the fault was open"
                        : ended());
    }

    private String ended() {
        String why = keeper.lastWords();
        return "it ended early: "
                + (why.isEmpty() ? "its keeper died, and reconnected when it was started again" : why);
    }

    private Wiring wiring(Held each) {
        try {
            return Wiring.of(engine.client()
                    .inspectContainerCmd(each.effect().containerId())
                    .exec());
        } catch (NotFoundException gone) {
            return Wiring.GONE;
        }
    }

    @Override
    public Healing heal() {
        return uninterrupted(() -> {
            Evidence evidence = read();
            attach();
            long now = System.nanoTime();
            keeper.close();
            lifted = true;
            List<String> notes = new ArrayList<>();
            for (Held each : held) {
                Wiring after = wiring(each);
                if (after.process() > 0) {
                    notes.addAll(each.before().changes(each.place(), after));
                }
            }
            return new Healing(now, evidence, notes);
        });
    }

    private void attach() {
        keeper.attach();
        boolean stillDetached = held.stream().anyMatch(each -> {
            Wiring now = wiring(each);
            return !now.equals(Wiring.GONE)
                    && each.effect().networks().stream().anyMatch(network -> !now.isAttachedTo(network.name()));
        });
        if (stillDetached) { // its keeper was not only killed, but removed
            keeper = keeper.another();
            keeper.attach();
        }
    }

    /** The client of Docker refuses to work for an interrupted thread, whose interruption is put off until this is done. */
    private static <T> T uninterrupted(Supplier<T> work) {
        boolean interrupted = Thread.interrupted();
        try {
            return work.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public long lift() {
        look();
        attach();
        lifted = true;
        return System.nanoTime();
    }

    /** Returns when Docker was asked: it takes a moment, and clients can notice before it has answered. */
    @Override
    public long restore() {
        long asked = System.nanoTime();
        keeper.detach();
        inForceNanos = asked;
        lifted = false;
        return asked;
    }

    @Override
    public long retune(List<Effect> to) {
        throw new IllegalArgumentException(
                "\"" + held.get(0).effect().summary() + "\" has no strength that could be changed while it is open.");
    }
}
