package io.faultline.docker.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import io.faultline.agent.Agent;
import io.faultline.agent.AgentException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Starts the agent as a container: with the least privilege that it can do its work with, and never privileged. */
@API(status = Status.INTERNAL)
public final class AgentContainer {

    /** Seconds without a word from this JVM after which the agent heals everything. */
    public static final Duration LEASE = Duration.ofSeconds(15);

    // What fails without each is in SECURITY.md: AgentRightsDockerIT takes them away, one at a time.
    private static final Set<Capability> ALWAYS = EnumSet.of(
            Capability.SYS_ADMIN,
            Capability.SYS_PTRACE,
            Capability.NET_ADMIN,
            Capability.KILL,
            Capability.SETUID,
            Capability.SETGID);
    private static final Set<Capability> FOR_IPTABLES = EnumSet.of(Capability.NET_RAW);
    private static final long MEMORY_BYTES = 256L << 20;
    private static final long MOST_PROCESSES = 2048; // threads: five for each CPU that a load keeps busy
    // Go's runtime has 20 kB for each that it may use when it begins, and the agent uses no more than these.
    private static final int MOST_PROCESSORS = 4;
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

    private static Agent start(DockerEngine engine, String run, int ordinal, String image) {
        return start(engine, new Launch(run, ordinal, image, needed(image)));
    }

    /** The capabilities that one in this image needs for all that it can do, and is given. */
    static Set<Capability> needed(String image) {
        Set<Capability> needed = EnumSet.copyOf(ALWAYS);
        if (AgentImage.mayHaveIptables(image)) {
            needed.addAll(FOR_IPTABLES);
        }
        return needed;
    }

    /**
     * An agent that is to be started.
     *
     * @param image the name of one that the engine has
     */
    record Launch(String run, int ordinal, String image, Set<Capability> capabilities) {}

    static Agent start(DockerEngine engine, Launch launch) {
        DockerClient client = engine.client();
        String id = create(engine, launch);
        try {
            return Agent.start(
                    new AttachedContainer(engine, id),
                    () -> client.startContainerCmd(id).exec());
        } catch (NotFoundException e) {
            throw e;
        } catch (RuntimeException e) {
            remove(client, id, e);
            throw e instanceof AgentException || e instanceof EngineException
                    ? e
                    : new EngineException(
                            "Cannot start the agent from image " + launch.image() + ": "
                                    + e.getMessage()
                                    + ". It needs --pid=host and the capabilities " + launch.capabilities() + ".",
                            e);
        }
    }

    private static String create(DockerEngine engine, Launch launch) {
        try {
            return engine.client()
                    .createContainerCmd(launch.image())
                    .withName("faultline-agent-" + launch.run() + "-" + launch.ordinal())
                    .withLabels(Labels.of(launch.run(), "agent"))
                    .withCmd(launch.run()) // read by other agents, from the process list: this run is alive
                    .withEnv("FAULTLINE_LEASE_SECONDS=" + LEASE.toSeconds(), "GOMAXPROCS=" + MOST_PROCESSORS)
                    .withStdinOpen(true)
                    .withStdInOnce(true)
                    .withAttachStdin(true)
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .withHostConfig(confinement(engine, launch))
                    .exec()
                    .getId();
        } catch (RuntimeException e) {
            throw new EngineException(
                    "Cannot create the agent's container from image " + launch.image() + ": " + e.getMessage()
                            + ". 'faultline doctor' examines what this engine permits.",
                    e);
        }
    }

    private static HostConfig confinement(DockerEngine engine, Launch launch) {
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
                .withCapAdd(launch.capabilities().toArray(Capability[]::new))
                .withReadonlyRootfs(true)
                .withTmpFs(AgentImage.mayHaveIptables(launch.image()) ? LOCK_OF_IPTABLES : Map.of())
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
