package io.faultline.docker.rollback;

import io.faultline.effect.ContainerChange;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.EndedContainer;
import io.faultline.effect.NetworkDetachment;
import io.faultline.effect.PausedContainer;
import io.faultline.topology.AttachedNetwork;
import io.faultline.topology.Leg;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A change that a rollback container takes back: what is to be seen of it, at one moment or another, in its container. Pure. */
sealed interface DockerChange {

    ContainerChange effect();

    /** Before it was made. */
    Wiring before();

    /** What it has done. */
    List<Count> counts(Wiring now);

    /** Whether there is anything to take back. */
    boolean isLeft(Wiring now);

    /** What somebody else has done if it is not all that was made any more; nothing if it is. */
    Optional<String> undoneBy(Wiring now);

    /** As it is when it is made once more, of a container that is now like this. */
    default DockerChange again(Wiring now) {
        return this;
    }

    /** Whether the container ended, though that was not the harm. */
    default boolean hasDied(Wiring now) {
        return now.process() != before().process();
    }

    static DockerChange of(ContainerChange effect, Wiring before) {
        if (effect instanceof NetworkDetachment detachment) {
            return new Detached(detachment, before);
        }
        return effect instanceof PausedContainer pause
                ? new Paused(pause, before)
                : new Ended((EndedContainer) effect, before);
    }

    /** Off its networks. */
    record Detached(NetworkDetachment effect, Wiring before) implements DockerChange {

        @Override
        public List<Count> counts(Wiring now) {
            long detached =
                    networks().filter(network -> !now.isAttachedTo(network)).count();
            Count count = Count.ofContainer(
                    EvidenceUnit.DETACHED, detached, effect.networks().size());
            return before.places() == 0 ? List.of(count) : List.of(count, unpublished(before, now));
        }

        @Override
        public boolean isLeft(Wiring now) {
            return !networks().allMatch(now::isAttachedTo);
        }

        @Override
        public Optional<String> undoneBy(Wiring now) {
            return networks().anyMatch(now::isAttachedTo)
                    ? Optional.of("connected " + effect.place() + " again")
                    : Optional.empty();
        }

        private Stream<String> networks() {
            return effect.networks().stream().map(AttachedNetwork::name);
        }
    }

    /** In the freezer. */
    record Paused(PausedContainer effect, Wiring before) implements DockerChange {

        @Override
        public List<Count> counts(Wiring now) {
            return List.of(Count.ofContainer(EvidenceUnit.PAUSED, now.paused() ? 1 : 0, 1));
        }

        @Override
        public boolean isLeft(Wiring now) {
            return now.paused();
        }

        @Override
        public Optional<String> undoneBy(Wiring now) {
            return now.paused() ? Optional.empty() : Optional.of("unpaused " + effect.place());
        }
    }

    /** Ended; Docker's restart policy may bring it back, which is no trouble, for so this container is run. */
    record Ended(EndedContainer effect, Wiring before) implements DockerChange {

        @Override
        public List<Count> counts(Wiring now) {
            boolean ended = now.process() != before.process();
            Count count = Count.ofContainer(EvidenceUnit.ENDED, ended ? 1 : 0, 1);
            // Its published ports were gone with it, also if a fixed one is back.
            return before.places() == 0
                    ? List.of(count)
                    : List.of(count, unpublished(before, ended ? Wiring.GONE : before));
        }

        @Override
        public boolean isLeft(Wiring now) {
            return now.process() == 0;
        }

        @Override
        public Optional<String> undoneBy(Wiring now) {
            return Optional.empty();
        }

        @Override
        public DockerChange again(Wiring now) {
            return new Ended(effect, now);
        }

        @Override
        public boolean hasDied(Wiring now) {
            return false;
        }
    }

    private static Count unpublished(Wiring before, Wiring now) {
        return new Count(
                Leg.Kind.PROXY, Direction.ANY, EvidenceUnit.UNPUBLISHED, before.placesNotIn(now), before.places());
    }
}
