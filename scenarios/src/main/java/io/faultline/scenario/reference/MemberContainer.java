package io.faultline.scenario.reference;

import com.github.dockerjava.api.command.CreateContainerCmd;
import io.faultline.docker.FakeClock;
import io.faultline.docker.engine.EngineException;
import io.faultline.scenario.reference.ProgramSpec.Trait;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;

/** The container of one role. */
final class MemberContainer extends GenericContainer<MemberContainer> {

    // Below those that the kernel and Docker give out by themselves, so that nobody else gets it in the meantime.
    private static final int LOWEST_PORT = 20_000;
    private static final int HIGHEST_PORT = 30_000;
    private static final int ATTEMPTS = 100;

    private static final String DATA = "rw,size=16m";

    private final SystemMember part;

    MemberContainer(SystemMember part, String image, SystemName name) {
        super(DockerImageName.parse(image));
        this.part = part;
        ProgramSpec spec = part.program().spec();
        withCreateContainerCmdModifier((CreateContainerCmd cmd) -> cmd.withName(name.ofContainer(part.role())));
        withLabels(name.labels());
        withCommand(spec.command().toArray(String[]::new));
        withEnv("NAIVE", part.naive());
        withEnv(part.environment());
        waitingFor(new ReadyLine(spec.ready()));
        if (has(Trait.DATA)) {
            withTmpFs(Map.of("/data", DATA));
        }
        if (has(Trait.FAKE_CLOCK)) {
            FakeClock.in(this);
        }
    }

    SystemMember part() {
        return part;
    }

    private boolean has(Trait trait) {
        return part.program().has(trait);
    }

    /** Where it serves what it would serve at this port on a network of its own. */
    int portFor(int port) {
        return has(Trait.HOST_NETWORK) && port == part.program().port()
                ? Integer.parseInt(getEnvMap().get("PORT"))
                : port;
    }

    /** Lets it be reached on this network by its role, and on the Docker host; unless it runs on the host's own. */
    MemberContainer on(Network network) {
        return has(Trait.HOST_NETWORK)
                ? withNetworkMode("host").withEnv("PORT", Integer.toString(freePort()))
                : withNetwork(network)
                        .withNetworkAliases(part.role())
                        .withExposedPorts(part.program().port());
    }

    /** Tells it where the servers are, unless its part says otherwise. */
    MemberContainer dependingOn(Dependencies servers) {
        return part.environment().containsKey("DEPENDENCY")
                ? this
                : withEnv("DEPENDENCY", has(Trait.HOST_NETWORK) ? servers.onHost() : servers.onNetwork());
    }

    // Somebody else can take it before it does, and then its start fails.
    private static int freePort() {
        return ThreadLocalRandom.current()
                .ints(ATTEMPTS, LOWEST_PORT, HIGHEST_PORT)
                .filter(MemberContainer::isFree)
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        "There is no free port from " + LOWEST_PORT + " to " + HIGHEST_PORT + " on this host."));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
