package io.faultline.docker.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import io.faultline.agent.Agent;
import io.faultline.agent.AgentException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Starts the agent as a container: with the least privilege that it can do its work with, and never privileged. */
@API(status = Status.INTERNAL)
public final class AgentContainer {

    /** Seconds without a word from this JVM after which the agent heals everything. */
    public static final Duration LEASE = Duration.ofSeconds(15);

    // SYS_ADMIN enters namespaces, NET_ADMIN and NET_RAW change their rules, SYS_PTRACE opens those of others'
    // processes, KILL sends signals to those that are not root's, SETUID and SETGID act as their users.
    private static final Capability[] NEEDED = {
        Capability.SYS_ADMIN,
        Capability.NET_ADMIN,
        Capability.NET_RAW,
        Capability.SYS_PTRACE,
        Capability.KILL,
        Capability.SETUID,
        Capability.SETGID
    };
    private static final long MEMORY_BYTES = 256L << 20;
    private static final long MOST_PROCESSES = 2048; // threads: five for each CPU that a load keeps busy
    private static final Map<String, String> LOCK_OF_IPTABLES = Map.of("/run", "rw,noexec,nosuid,size=1m");
    private static final int CPU_SHARES =
            16 << 10; // of a container's usual 1024: it must heal however busy all the others are

    private AgentContainer() {}

    /**
     * Starts an agent and waits until it greets. Loads or builds its image first if the engine does not have it.
     *
     * @param run the id that everything of this run is named by
     * @param ordinal which of the run's agents it is, from 1; a later one replaces one that died
     * @param in the image that it is to run in
     * @throws EngineException if Docker cannot start it
     * @throws AgentException if it starts but does not greet
     */
    public static Agent start(DockerEngine engine, String run, int ordinal, AgentImage in) {
        String image = in.provide(engine);
        try {
            return start(engine, run, ordinal, image);
        } catch (NotFoundException swept) { // by another run, which took the time between the two for a killed one's
            return start(engine, run, ordinal, image);
        }
    }

    static Agent start(DockerEngine engine, String run, int ordinal, String image) {
        DockerClient client = engine.client();
        String id = create(engine, run, ordinal, image);
        try {
            AttachedContainer channel = new AttachedContainer(engine, id);
            client.startContainerCmd(id).exec();
            return Agent.greet(channel);
        } catch (NotFoundException e) {
            throw e;
        } catch (RuntimeException e) {
            remove(client, id, e);
            throw e instanceof AgentException || e instanceof EngineException
                    ? e
                    : new EngineException(
                            "Cannot start the agent from image " + image + ": "
                                    + e.getMessage()
                                    + ". It needs --pid=host and the capabilities " + List.of(NEEDED) + ".",
                            e);
        }
    }

    private static String create(DockerEngine engine, String run, int ordinal, String image) {
        try {
            return engine.client()
                    .createContainerCmd(image)
                    .withName("faultline-agent-" + run + "-" + ordinal)
                    .withLabels(Labels.of(run, "agent"))
                    .withCmd(run) // read by other agents, from the process list: this run is alive
                    .withEnv("FAULTLINE_LEASE_SECONDS=" + LEASE.toSeconds())
                    .withStdinOpen(true)
                    .withStdInOnce(true)
                    .withAttachStdin(true)
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .withHostConfig(confinement(engine, image))
                    .exec()
                    .getId();
        } catch (RuntimeException e) {
            throw new EngineException(
                    "Cannot create the agent's container from image " + image + ": " + e.getMessage()
                            + ". 'faultline doctor' examines what this engine permits.",
                    e);
        }
    }

    private static HostConfig confinement(DockerEngine engine, String image) {
        List<String> security = new ArrayList<>(List.of("no-new-privileges"));
        // AppArmor's default profile forbids entering other containers' namespaces, SELinux' label likewise.
        if (engine.hasSecurity("apparmor")) {
            security.add("apparmor=unconfined");
        }
        if (engine.hasSecurity("selinux")) {
            security.add("label=disable");
        }
        return HostConfig.newHostConfig()
                .withPidMode("host")
                .withNetworkMode("none")
                .withCapDrop(Capability.ALL)
                .withCapAdd(NEEDED)
                .withReadonlyRootfs(true)
                .withTmpFs(AgentImage.mayHaveIptables(image) ? LOCK_OF_IPTABLES : Map.of())
                .withSecurityOpts(security)
                .withMemory(MEMORY_BYTES)
                .withCpuShares(CPU_SHARES)
                .withPidsLimit(MOST_PROCESSES)
                .withAutoRemove(true);
    }

    private static void remove(DockerClient client, String id, RuntimeException because) {
        try {
            client.removeContainerCmd(id).withForce(true).exec();
        } catch (NotFoundException gone) {
            return; // it ended by itself, and AutoRemove took it away
        } catch (RuntimeException e) {
            because.addSuppressed(e);
        }
    }
}
