package io.faultline.scenario.reference;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.docker.RunNetwork;
import io.faultline.docker.engine.EngineException;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.UnboundRoleException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.testcontainers.containers.ContainerState;

/**
 * Containers of ours on a network of their own, each known there by its role. Closing it removes them and the network,
 * also on an interrupted thread. For one thread.
 */
public final class ReferenceSystem implements RunningSystem {

    private final SystemName name;
    private final RunNetwork network;
    private final Map<String, MemberContainer> containers = new LinkedHashMap<>();

    private ReferenceSystem(SystemName name, RunNetwork network) {
        this.name = name;
        this.network = network;
    }

    /**
     * Starts the servers, and when they take connections their clients, and waits until all are ready. Builds images first
     * that the engine does not have.
     *
     * @param faultline opens the proxies that servers are reached through, and takes them away when it is closed
     * @param prepares is told what is started, since it can take a while
     * @throws IllegalArgumentException if two parts play the same role
     * @throws EngineException if it cannot be started; nothing is left then
     * @throws InterruptedException likewise
     */
    public static ReferenceSystem start(
            DockerRun run, Faultline faultline, List<SystemMember> parts, Consumer<String> prepares)
            throws InterruptedException {
        requireDistinctRoles(parts);
        prepares.accept("starting "
                + parts.stream()
                        .map(part -> part.role() + " (" + part.program() + ")")
                        .collect(Collectors.joining(", ")));
        run.agent(); // or another run would take these containers for some that were left behind
        SystemName name = SystemName.in(run);
        ReferenceSystem system = new ReferenceSystem(name, RunNetwork.create(run, name.ofNetwork()));
        try {
            parts.forEach(part -> system.containers.put(
                    part.role(),
                    new MemberContainer(part, part.program().spec().image().build(run.engine()), name)));
            system.startAll(faultline);
            return system;
        } catch (RuntimeException | InterruptedException e) {
            system.close();
            throw e;
        }
    }

    private static void requireDistinctRoles(List<SystemMember> parts) {
        long roles = parts.stream().map(SystemMember::role).distinct().count();
        if (roles < parts.size()) {
            throw new IllegalArgumentException("Each role is played by one program, but there are "
                    + parts.stream().map(SystemMember::role).toList() + ".");
        }
    }

    private void startAll(Faultline faultline) throws InterruptedException {
        List<MemberContainer> servers = containers.values().stream()
                .filter(container -> container.part().program().isServer())
                .toList();
        List<MemberContainer> clients = containers.values().stream()
                .filter(container -> !servers.contains(container))
                .toList();
        servers.forEach(server -> server.on(network));
        Startup.together(servers);
        Dependencies dependencies = Dependencies.of(servers, faultline);
        clients.forEach(client -> client.on(network).dependingOn(dependencies));
        Startup.together(clients);
    }

    @Override
    public List<String> roles() {
        return List.copyOf(containers.keySet());
    }

    @Override
    public ContainerState container(String role) {
        return playing(role);
    }

    /** {@inheritDoc} A client on the Docker host's network serves another port than the one that it is asked for here. */
    @Override
    public InetSocketAddress address(String role, int port) {
        return RunningSystem.super.address(role, playing(role).portFor(port));
    }

    /**
     * What plays a role.
     *
     * @throws UnboundRoleException if nobody does
     */
    public Program program(String role) {
        return playing(role).part().program();
    }

    private MemberContainer playing(String role) {
        MemberContainer container = containers.get(role);
        if (container == null) {
            throw new UnboundRoleException(
                    "Nobody plays the role \"" + role + "\" in this system (its roles are " + roles() + ").");
        }
        return container;
    }

    /** Also removes them if the thread is interrupted, which the engine's client would obey and leave them there. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try (network) {
            name.removeContainers();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
