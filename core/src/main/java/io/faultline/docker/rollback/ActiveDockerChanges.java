package io.faultline.docker.rollback;

import com.github.dockerjava.api.exception.NotFoundException;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.EngineException;
import io.faultline.effect.Count;
import io.faultline.effect.Effect;
import io.faultline.effect.EndedContainer;
import io.faultline.inject.ActiveEffects;
import io.faultline.inject.Evidence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Changes of containers that one rollback container takes back. Their evidence is the state itself: nothing passes an interface that
 * is not there, and nobody answers in a container that does not run. Guarded by their injection.
 */
final class ActiveDockerChanges implements ActiveEffects {

    /** What runc says of a container that it could not pause on a busy machine, after many attempts of its own (cgroup v1). */
    private static final String BUSY = "unable to freeze";

    private static final int PAUSE_ATTEMPTS = 5;

    private final DockerEngine engine;
    private final ContainerStopper ender;
    private final List<Wiring> first;
    private final List<String> endings = new ArrayList<>();
    private List<DockerChange> changes;
    private RollbackContainer rollback;
    private long inForceNanos = System.nanoTime();
    private boolean lifted = true;
    private Evidence seen = new Evidence(List.of(), Optional.empty());

    /** Not made yet. */
    ActiveDockerChanges(
            DockerEngine engine, ContainerStopper ender, List<DockerChange> changes, RollbackContainer rollback) {
        this.engine = engine;
        this.ender = ender;
        this.changes = List.copyOf(changes);
        this.first = changes.stream().map(DockerChange::before).toList();
        this.rollback = rollback;
    }

    @Override
    public int size() {
        return changes.size();
    }

    @Override
    public List<Long> inForceNanos() {
        return Collections.nCopies(size(), inForceNanos);
    }

    @Override
    public Evidence read() {
        return lifted ? seen : look();
    }

    private Evidence look() {
        Optional<String> invalidated = seen.invalidated();
        List<Count> counts = new ArrayList<>();
        for (DockerChange each : changes) {
            Wiring now = wiring(each);
            counts.addAll(each.counts(now));
            invalidated = invalidated.or(() -> trouble(each, now));
        }
        seen = new Evidence(counts, invalidated);
        return seen;
    }

    private Optional<String> trouble(DockerChange change, Wiring now) {
        return change.hasDied(now)
                ? Optional.of(Evidence.TARGET_DIED)
                : change.undoneBy(now).map(this::blame);
    }

    private String blame(String whatWasDone) {
        if (rollback.isAlive()) {
            return "somebody else " + whatWasDone + " while the fault was open";
        }
        String why = rollback.lastWords();
        return "it ended early: "
                + (why.isEmpty() ? "its rollback container died, and took it back when it was started again" : why);
    }

    private Wiring wiring(DockerChange change) {
        try {
            return Wiring.of(engine.client()
                    .inspectContainerCmd(change.effect().containerId())
                    .exec());
        } catch (NotFoundException gone) {
            return Wiring.GONE;
        }
    }

    @Override
    public Healing heal() {
        return uninterrupted(() -> {
            Evidence evidence = readWhatCanBe();
            long now;
            try {
                takeBack();
                now = System.nanoTime();
            } finally {
                rollback.close(); // it takes back what we could not
            }
            lifted = true;
            List<String> notes = new ArrayList<>(endings);
            for (int i = 0; i < changes.size(); i++) {
                notes.addAll(changesSince(i));
            }
            return new Healing(now, evidence, notes);
        });
    }

    /** How one is other than before, now that it is taken back. That it cannot be looked at is worth a note, and no failure. */
    private List<String> changesSince(int i) {
        String place = changes.get(i).effect().place();
        try {
            Wiring after = wiring(changes.get(i));
            return after.process() > 0 ? first.get(i).changes(place, after) : List.of();
        } catch (RuntimeException e) {
            return List.of(place + " could not be looked at after the healing: " + e.getMessage());
        }
    }

    /** What cannot be looked at must not keep the fault open. */
    private Evidence readWhatCanBe() {
        try {
            return read();
        } catch (RuntimeException e) {
            return new Evidence(seen.counts(), Optional.of("it could not be looked at: " + e.getMessage()));
        }
    }

    private void takeBack() {
        rollback.takeBack();
        if (!rollback.isAlive() && isAnyLeft()) { // it was not only killed, but removed
            rollback = rollback.another();
            rollback.takeBack();
        }
    }

    private boolean isAnyLeft() {
        return changes.stream().anyMatch(each -> {
            Wiring now = wiring(each);
            return !now.equals(Wiring.GONE) && each.isLeft(now);
        });
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
        read();
        takeBack();
        lifted = true;
        return System.nanoTime();
    }

    /** Returns when it was asked for: it takes a moment, and clients can notice before Docker has answered. */
    @Override
    public long restore() {
        changes = changes.stream().map(each -> each.again(wiring(each))).toList();
        long asked = make();
        boolean startsAgain = false;
        for (DockerChange each : changes) {
            if (each.effect() instanceof EndedContainer ended) {
                endings.add(ender.end(ended, each.before()));
                startsAgain |= ended.startsAgain();
            }
        }
        inForceNanos = asked;
        lifted = false;
        if (startsAgain) {
            lift();
        }
        return asked;
    }

    /** Returns when it was asked for. A rollback container that could not make all of it has taken the rest back. */
    private long make() {
        for (int attempt = 1; ; attempt++) {
            long asked = System.nanoTime();
            try {
                rollback.make();
                return asked;
            } catch (EngineException e) {
                boolean isBusy = String.valueOf(e.getMessage()).contains(BUSY);
                if (!isBusy || attempt == PAUSE_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public long retune(List<Effect> to) {
        throw new IllegalArgumentException("\"" + changes.get(0).effect().summary()
                + "\" has no strength that could be changed while it is open.");
    }
}
