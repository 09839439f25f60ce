package io.faultline.scenario;

import io.faultline.Faultline;
import io.faultline.topology.Target;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.testcontainers.containers.ContainerState;

/** Containers that run, each of which plays a role in a scenario. Closing it takes away what was started for it. */
public interface RunningSystem extends AutoCloseable {

    /** The roles that are played, in the order in which the system names them. */
    List<String> roles();

    /**
     * Who plays a role.
     *
     * @throws UnboundRoleException if nobody does
     */
    ContainerState container(String role);

    /**
     * Whom a fault happens to, called by the role.
     *
     * @throws UnboundRoleException if nobody plays this role
     */
    default Target target(String role) {
        return Faultline.target(role, container(role));
    }

    /**
     * Where this JVM reaches a port of a container as it is now: on the Docker host if the port is published, as everyone
     * does it, and else at the container's own address. Both can change when the container is started again. Asks Docker.
     *
     * @throws UnboundRoleException if nobody plays this role
     * @throws IllegalStateException if the container has no address now, as while it is stopped
     */
    default InetSocketAddress address(String role, int port) {
        return ReachablePort.of(role, container(role), port);
    }

    /** What is judged, where it is no container but runs in this JVM; empty if a role plays the client. */
    default Optional<JvmClient> clientInThisJvm() {
        return Optional.empty();
    }

    @Override
    void close();
}
