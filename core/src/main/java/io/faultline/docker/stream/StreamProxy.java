package io.faultline.docker.stream;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.faultline.agent.Agent;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.EngineException;
import io.faultline.docker.engine.ProjectImage;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.StreamRoute;
import io.faultline.topology.Target;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/**
 * A container with a Toxiproxy for one port of one target. Docker cannot publish a port later, so each route has one of
 * its own, with two ports: its control's and its own. It is on the default bridge, which publishes them, and on all
 * networks of the target's.
 */
public final class StreamProxy {

    /** The system property that names another image of Toxiproxy. */
    public static final String PROPERTY = "faultline.toxiproxy.image";

    private static final String IMAGE = "shopify/toxiproxy:2.12.0";
    private static final String BRIDGE = "bridge";
    private static final int LISTENING = 8666;
    private static final int CONTROL = 8474;
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final long MEMORY_BYTES = 128L << 20;

    private final DockerEngine engine;
    private final String containerId;
    private final StreamRoute route;
    private final ToxiproxyControl control;
    private volatile boolean gone;

    private StreamProxy(DockerEngine engine, String containerId, StreamRoute route, ToxiproxyControl control) {
        this.engine = engine;
        this.containerId = containerId;
        this.route = route;
        this.control = control;
    }

    /** What a proxy is started for. */
    record Wish(Target target, InspectContainerResponse container, int port, String name) {

        private int listening() {
            return port == LISTENING ? LISTENING + 1 : LISTENING; // what is counted is told apart by its port
        }

        private int control() {
            return port == CONTROL ? CONTROL + 1 : CONTROL;
        }

        private Map<String, ContainerNetwork> networks() {
            return container.getNetworkSettings().getNetworks();
        }

        /** Docker's DNS knows every container by its short id on all networks but the default bridge. */
        private String upstream() {
            boolean hasDns = networks().keySet().stream().anyMatch(network -> !network.equals(BRIDGE));
            String host = hasDns
                    ? container.getId().substring(0, 12)
                    : Objects.requireNonNull(networks().get(BRIDGE), "it is on no other")
                            .getIpAddress();
            return host + ":" + port;
        }
    }

    /** The image, by the name that this engine knows it by. */
    public static String image() {
        return ProjectImage.substituted(System.getProperty(PROPERTY, IMAGE));
    }

    /**
     * Starts one and waits until it takes connections.
     *
     * @param labels that it can be found by once its run is dead
     * @throws ImpossibleFaultException if there is no image of Toxiproxy
     * @throws EngineException if it cannot be started
     */
    static StreamProxy start(DockerEngine engine, Agent agent, Wish wish, Map<String, String> labels) {
        String image = image();
        try {
            engine.requireImage(image);
        } catch (RuntimeException e) {
            throw new ImpossibleFaultException("Cannot open a stream through a proxy to " + wish.target()
                    + ": there is no image \"" + image + "\" (" + e.getMessage()
                    + "). Load it into the engine, or name "
                    + "another with -D" + PROPERTY + "=….");
        }
        String id = create(engine, image, wish, labels);
        try {
            wish.networks().keySet().stream()
                    .filter(network -> !network.equals(BRIDGE))
                    .forEach(network -> engine.client()
                            .connectToNetworkCmd()
                            .withContainerId(id)
                            .withNetworkId(network)
                            .exec());
            engine.client().startContainerCmd(id).exec();
            return connected(engine, agent, wish, id);
        } catch (RuntimeException e) {
            remove(engine.client(), id);
            throw new EngineException(
                    "Cannot open a stream to " + wish.target() + " port " + wish.port()
                            + " through a proxy from image \"" + image + "\": " + e.getMessage(),
                    e);
        }
    }

    private static String create(DockerEngine engine, String image, Wish wish, Map<String, String> labels) {
        ExposedPort control = ExposedPort.tcp(wish.control());
        ExposedPort listening = ExposedPort.tcp(wish.listening());
        Map<String, String> all = new HashMap<>(labels);
        all.putAll(DockerClientFactory.DEFAULT_LABELS); // by these, Ryuk removes it if this JVM dies
        all.put(DockerClientFactory.TESTCONTAINERS_SESSION_ID_LABEL, DockerClientFactory.SESSION_ID);
        return engine.client()
                .createContainerCmd(image)
                .withName(wish.name())
                .withLabels(all)
                .withCmd(ToxiproxyControl.command(wish.control()))
                .withExposedPorts(control, listening)
                .withHostConfig(HostConfig.newHostConfig()
                        .withNetworkMode(BRIDGE)
                        .withPortBindings(
                                new PortBinding(Ports.Binding.empty(), control),
                                new PortBinding(Ports.Binding.empty(), listening))
                        .withCapDrop(Capability.ALL)
                        .withReadonlyRootfs(true)
                        .withSecurityOpts(List.of("no-new-privileges"))
                        .withMemory(MEMORY_BYTES)
                        .withAutoRemove(true))
                .exec()
                .getId();
    }

    private static StreamProxy connected(DockerEngine engine, Agent agent, Wish wish, String id) {
        InspectContainerResponse started =
                engine.client().inspectContainerCmd(id).exec();
        int pid =
                Math.toIntExact(Objects.requireNonNull(started.getState().getPidLong(), "a running container has one"));
        // Those that the target's own networks gave come first: a client in a container shares one of them.
        List<String> addresses = started.getNetworkSettings().getNetworks().entrySet().stream()
                .sorted((one, other) -> Boolean.compare(
                        !wish.networks().containsKey(one.getKey()),
                        !wish.networks().containsKey(other.getKey())))
                .map(entry -> String.valueOf(entry.getValue().getIpAddress()))
                .toList();
        ToxiproxyControl control = answering(endpoints(addresses, wish.control(), published(started, wish.control())));
        control.createProxy(wish.listening(), wish.upstream());
        int published = published(started, wish.listening());
        StreamRoute.Proxy proxy = new StreamRoute.Proxy(
                wish.name(),
                new NetworkNamespace(agent.look(List.of(pid)).get(0).netns(), pid),
                addresses,
                wish.listening(),
                published,
                wish.networks().keySet().stream().anyMatch(network -> !network.equals(BRIDGE)));
        int port = addresses.contains(control.host()) ? wish.listening() : published;
        StreamRoute route =
                new StreamRoute(wish.target(), wish.port(), wish.container().getId(), proxy, control.host(), port);
        return new StreamProxy(engine, id, route, control);
    }

    /** The first of the ways to its control that works, once one of them does. */
    private static ToxiproxyControl answering(List<ToxiproxyControl> ways) {
        long giveUp = System.nanoTime() + START_LIMIT.toNanos();
        while (ways.stream().noneMatch(ToxiproxyControl::answers)) {
            if (System.nanoTime() - giveUp > 0) {
                throw new EngineException("its control API did not answer within " + START_LIMIT.toSeconds() + " s");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return ways.stream()
                .filter(ToxiproxyControl::answers)
                .findFirst()
                .orElseThrow(() -> new EngineException("its control API answered once, and then no more"));
    }

    // Its own addresses first, which work on the Docker host: behind a published port, docker-proxy hides resets.
    private static List<ToxiproxyControl> endpoints(List<String> addresses, int inside, int published) {
        return Stream.concat(
                        addresses.stream().map(address -> new ToxiproxyControl(address, inside, CALL_LIMIT)),
                        Stream.of(new ToxiproxyControl(
                                DockerClientFactory.instance().dockerHostIpAddress(), published, CALL_LIMIT)))
                .toList();
    }

    private static int published(InspectContainerResponse started, int port) {
        Ports.Binding[] bindings =
                started.getNetworkSettings().getPorts().getBindings().get(ExposedPort.tcp(port));
        if (bindings == null || bindings.length == 0) {
            throw new EngineException("the engine did not publish its port " + port);
        }
        return Integer.parseInt(bindings[0].getHostPortSpec());
    }

    StreamRoute route() {
        return route;
    }

    ToxiproxyControl control() {
        return control;
    }

    /** Asks Docker whether it runs, unless it is known not to. */
    boolean isRunning() {
        try {
            gone = gone
                    || !Boolean.TRUE.equals(engine.client()
                            .inspectContainerCmd(containerId)
                            .exec()
                            .getState()
                            .getRunning());
        } catch (NotFoundException e) {
            gone = true;
        }
        return !gone;
    }

    /** Whether it is known not to run any more, and with it all harm that it did. */
    boolean isGone() {
        return gone;
    }

    /**
     * Removes the container, and with it all that was done to its streams. An interrupted thread could not ask Docker, so
     * its interruption is put off.
     */
    void remove() {
        boolean interrupted = Thread.interrupted();
        try {
            remove(engine.client(), containerId);
            gone = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void remove(DockerClient client, String id) {
        try {
            client.removeContainerCmd(id).withForce(true).exec();
        } catch (NotFoundException gone) {
            return; // AutoRemove took it away when it ended
        }
    }
}
