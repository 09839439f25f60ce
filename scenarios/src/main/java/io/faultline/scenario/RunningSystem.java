package io.faultline.scenario;

import io.faultline.terrain.Target;
import java.net.InetSocketAddress;
import java.util.List;
import org.testcontainers.containers.ContainerState;

/** A running system of containers, in which every role of a scenario is played by one. Thread-safe. */
public interface RunningSystem extends AutoCloseable {

    /** The roles that are played. */
    List<String> roles();

    /**
     * The container that plays a role.
     *
     * @throws UnboundRoleException if none does
     */
    ContainerState container(String role);

    /**
     * The same as what faults happen to, called by its role.
     *
     * @throws UnboundRoleException if there is none
     */
    Target target(String role);

    /**
     * Where this JVM reaches a port of it: published, or else at the container's own address.
     *
     * @throws UnboundRoleException if there is no such role
     */
    InetSocketAddress address(String role, int port);

    /** Takes away what was started for it; leaves alone what ran before. */
    @Override
    void close();
}
