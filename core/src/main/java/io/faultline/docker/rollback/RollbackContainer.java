package io.faultline.docker.rollback;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.RestartPolicy;
import com.google.gson.JsonObject;
import io.faultline.agent.AgentException;
import io.faultline.agent.Wire;
import io.faultline.docker.engine.AgentContainer;
import io.faultline.docker.engine.AgentImage;
import io.faultline.docker.engine.AttachedContainer;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.EngineException;
import io.faultline.docker.engine.Labels;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.testcontainers.DockerClientFactory;

/**
 * A container that changes others by Docker, and takes that back also if this JVM cannot: it needs Docker's socket, which
 * the agent must not have. Its command line is the undo, so that it is recorded before anything is
 * changed, and outlives the rollback container's own death: started again, it finishes.
 */
public final class RollbackContainer implements Closeable {

    public static final String ROLE = "rollback";

    private static final String SOCKET = "/var/run/docker.sock";
    private static final long MEMORY_BYTES = 64L << 20;
    private static final long MOST_PROCESSES = 16;
    private static final int RESTARTS = 5; // of one that was killed, by Docker itself
    /** Before it starts a container again that was told to stop, it waits for as long as that was given, and a little more. */
    private static final Duration FINISH_LIMIT = Duration.ofMinutes(1);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final DockerEngine engine;
    private final Task task;
    private final AttachedContainer channel;
    private final Wire wire;
    private final ScheduledExecutorService lease;

    /**
     * What a rollback container is for.
     *
     * @param name of its container
     * @param json its command line: what it changes, and how that is taken back
     */
    record Task(String run, String name, String json) {}

    private RollbackContainer(DockerEngine engine, Task task) {
        this.engine = engine;
        this.task = task;
        this.channel = new AttachedContainer(engine, task.name());
        this.wire = new Wire(channel, "rollback", "It takes everything back on its way out.", event -> {});
        this.lease = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "faultline-rollback-lease");
            thread.setDaemon(true);
            return thread;
        });
        wire.start();
        long period = AgentContainer.LEASE.toMillis() / 5;
        lease.scheduleAtFixedRate(() -> wire.send("ping", Map.of()), period, period, TimeUnit.MILLISECONDS);
        wire.end().thenRun(lease::shutdownNow);
    }

    /**
     * Starts one, which changes nothing yet.
     *
     * @throws EngineException if it cannot be started, or may not use Docker's socket
     */
    static RollbackContainer start(DockerEngine engine, Task task) {
        DockerClient client = engine.client();
        try {
            create(engine, task);
            RollbackContainer rollback = new RollbackContainer(engine, task);
            client.startContainerCmd(task.name()).exec();
            rollback.ask("ping");
            return rollback;
        } catch (RuntimeException e) {
            remove(client, task.name(), e);
            throw new EngineException(
                    "Cannot start the rollback container that takes the fault back should this JVM die: "
                            + e.getMessage()
                            + " It needs the engine's socket " + socket()
                            + "; if that is elsewhere on the Docker host, set TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE.",
                    e);
        }
    }

    private static String socket() {
        return DockerClientFactory.instance().getRemoteDockerUnixSocketPath();
    }

    private static void create(DockerEngine engine, Task task) {
        List<String> security = new ArrayList<>(List.of("no-new-privileges"));
        if (engine.hasSecurity("selinux")) {
            security.add("label=disable"); // its label may not use the socket
        }
        // A mount, not a bind: where nothing is at its source, that would make a folder there.
        Mount socket = new Mount()
                .withType(MountType.BIND)
                .withSource(socket())
                .withTarget(SOCKET)
                .withReadOnly(true)
                .withBindOptions(new BindOptions());
        engine.client()
                .createContainerCmd(AgentImage.PLAIN.provide(engine))
                .withName(task.name())
                .withLabels(Labels.of(task.run(), ROLE))
                .withCmd("rollback", task.json())
                .withStdinOpen(true)
                .withStdInOnce(true)
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withHostConfig(HostConfig.newHostConfig()
                        .withNetworkMode("none")
                        .withCapDrop(Capability.ALL)
                        .withReadonlyRootfs(true)
                        .withMounts(List.of(socket))
                        .withSecurityOpts(security)
                        .withMemory(MEMORY_BYTES)
                        .withPidsLimit(MOST_PROCESSES)
                        .withRestartPolicy(RestartPolicy.onFailureRestart(RESTARTS)))
                .exec();
    }

    private static void remove(DockerClient client, String name, RuntimeException because) {
        try {
            client.removeContainerCmd(name).withForce(true).exec();
        } catch (NotFoundException gone) {
            return;
        } catch (RuntimeException e) {
            because.addSuppressed(e);
        }
    }

    /** @throws EngineException if Docker refuses, or the rollback container is gone */
    void make() {
        ask("make");
    }

    /**
     * Also if this rollback container has died: it is started again for that.
     *
     * @throws EngineException if Docker refuses
     */
    void takeBack() {
        try {
            ask("take_back");
        } catch (EngineException e) {
            if (isAlive()) {
                throw e;
            }
            finish(engine, task.name());
        }
    }

    /** One for the same task, once this one's container is gone. */
    RollbackContainer another() {
        return start(engine, task);
    }

    private void ask(String verb) {
        try {
            wire.ask(verb, Map.of(), JsonObject.class);
        } catch (AgentException e) {
            throw new EngineException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether it answers. What it last said is known if it does not. */
    boolean isAlive() {
        try {
            ask("ping");
            return true;
        } catch (EngineException gone) {
            return false;
        }
    }

    /** Why it left, if it said so; else nothing. */
    String lastWords() {
        return channel.lastWords();
    }

    /** Lets it leave: it takes back what is left, and removes its container. Does not wait for that. */
    @Override
    public void close() {
        lease.shutdownNow();
        try {
            channel.close();
        } catch (IOException e) {
            throw new EngineException("Cannot close the stream to the rollback container.", e);
        }
    }

    /**
     * Starts one that has died, or waits for one that still runs: it takes back what is left, and is gone.
     *
     * @throws EngineException if it cannot
     */
    public static void finish(DockerEngine engine, String name) {
        DockerClient client = engine.client();
        try {
            client.startContainerCmd(name).exec();
        } catch (NotModifiedException | ConflictException atIt) {
            // It runs, by Docker's restart policy or because nobody has told it yet; or it is removing itself.
        } catch (NotFoundException done) {
            return;
        }
        long giveUp = System.nanoTime() + FINISH_LIMIT.toNanos();
        while (System.nanoTime() - giveUp < 0) {
            try {
                client.inspectContainerCmd(name).exec();
            } catch (NotFoundException done) {
                return;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new EngineException(
                "The rollback container \"" + name + "\" did not take the fault back within " + FINISH_LIMIT.toSeconds()
                        + " s. 'docker logs " + name + "' shows why; 'docker start " + name + "' lets it try again.");
    }
}
