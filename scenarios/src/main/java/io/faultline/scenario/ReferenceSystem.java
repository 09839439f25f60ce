package io.faultline.scenario;

import io.faultline.docker.DockerRun;
import io.faultline.docker.EngineException;
import io.faultline.observe.Condition;
import io.faultline.terrain.Target;
import java.time.Duration;
import java.util.Optional;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * A running reference system and the Redis that it depends on, each in a container on Docker's default network, where
 * there is nothing else to make and to remove. Closing it removes them. For one thread.
 */
final class ReferenceSystem implements AutoCloseable {

    private static final int PORT = 8080;
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Reference kind;
    private final RedisServer redis;
    private final ReferenceContainer container;
    private final Entrance entrance;

    private ReferenceSystem(Reference kind, RedisServer redis, ReferenceContainer container) {
        this.kind = kind;
        this.redis = redis;
        this.container = container;
        Ledger ledger = new Ledger(redis.published());
        this.entrance = kind.isService()
                ? new HttpEntrance(container.published(), ledger)
                : new QueueEntrance(container, ledger);
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param run whose agent runs already
     * @param weakness what it leaves at its default; empty for one that does all as it should
     * @throws EngineException if it cannot be started; nothing is left then
     */
    static ReferenceSystem start(DockerRun run, Reference kind, Optional<Weakness> weakness) {
        RedisServer redis = RedisServer.start(run);
        try {
            ReferenceContainer container = ReferenceContainer.start(
                    run,
                    kind.toString(),
                    kind.image(run.engine()),
                    PORT,
                    system -> system.withEnv("REDIS", redis.address())
                            .withEnv("NAIVE", weakness.map(Weakness::toString).orElse(""))
                            .withCommand(kind.command().toArray(String[]::new))
                            .waitingFor(Wait.forLogMessage("ready\\s*", 1)));
            return new ReferenceSystem(kind, redis, container);
        } catch (RuntimeException e) {
            redis.close();
            throw e;
        }
    }

    Target target() {
        return container.target();
    }

    /** What it depends on. */
    Target dependency() {
        return redis.target();
    }

    /** What it ends with when it was told to stop and did so well. */
    int exitCode() {
        return kind.exitCode();
    }

    /** A unit of work that takes this long, and was not asked for yet. */
    Work work(Duration takes) {
        return entrance.work(takes);
    }

    /** Whether it has done so many short units of work, each asked for when the one before it was seen to be done. */
    Condition does(int units) {
        return new Doing(units);
    }

    /** Whether it has told that its Redis does not answer. */
    Condition tellsOfSilence() {
        return entrance::hasToldOfSilence;
    }

    private final class Doing implements Condition {

        private final int units;
        private Optional<Work> current = Optional.empty();
        private int done;

        Doing(int units) {
            this.units = units;
        }

        @Override
        public boolean holds() {
            if (current.filter(Work::isDone).isPresent()) {
                done++;
                current = Optional.empty();
            }
            if (done < units && current.filter(work -> !work.isRefused()).isEmpty()) {
                Work next = work(SHORT);
                next.begin();
                current = Optional.of(next);
            }
            return done >= units;
        }
    }

    @Override
    public void close() {
        try (redis) {
            container.close();
        }
    }
}
