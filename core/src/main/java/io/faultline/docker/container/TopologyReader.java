package io.faultline.docker.container;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import io.faultline.agent.Agent;
import io.faultline.agent.Answers.Look;
import io.faultline.agent.Answers.Proxy;
import io.faultline.agent.RememberedTopology;
import io.faultline.docker.container.KnownContainers.Known;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.observe.TcpSocket;
import io.faultline.topology.AttachedNetwork;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.NetworkInterface;
import io.faultline.topology.NetworkMode;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PublishedPort;
import io.faultline.topology.PublishedPort.Service;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Finds out what a fault needs to know about its targets, from Docker and from inside their namespaces. Changes nothing. */
public final class TopologyReader {

    private static final int AT_A_TIME = 8;

    private final DockerEngine engine;
    private final Agent agent;
    private final ContainerLookup lookup;
    private final KernelFeatures kernel;
    private final KnownContainers known;

    public TopologyReader(DockerEngine engine, Agent agent, ContainerLookup lookup, KernelFeatures kernel) {
        this.engine = engine;
        this.lookup = lookup;
        this.agent = agent;
        this.kernel = kernel;
        this.known = new KnownContainers(agent, lookup);
    }

    public KernelFeatures kernel() {
        return kernel;
    }

    /**
     * Finds out about the targets, which must be running containers.
     *
     * @throws TargetException if one of the targets cannot be used
     */
    public Topology read(List<Target> targets) {
        List<Known> all = known.ifUnchanged(targets).orElseGet(() -> asked(targets));
        List<ResolvedTarget> resolved = IntStream.range(0, targets.size())
                .mapToObj(i -> resolved(targets.get(i), all.get(i)))
                .toList();
        known.keep(resolved, all);
        return new Topology(resolved, kernel);
    }

    /**
     * What was found out about the targets the last time, and has to be checked. Empty if one of them was never looked at, or
     * Docker has to be asked about it each time, or it is in the network of others, who can have changed it.
     */
    public Optional<RememberedTopology> remembered(List<Target> targets) {
        return known.remembered(targets)
                .map(all -> new RememberedTopology(new Topology(all.resolved(), kernel), all.seen()));
    }

    private List<Known> asked(List<Target> targets) {
        // The agent looks through all processes while Docker is asked: neither waits for the other.
        CompletableFuture<List<Proxy>> proxies = CompletableFuture.supplyAsync(agent::proxies);
        List<InspectContainerResponse> containers = inAnyOrder(targets, lookup::find);
        List<Look> looks =
                agent.look(containers.stream().map(KnownContainers::pid).toList());
        List<Proxy> found = joined(proxies);
        return IntStream.range(0, targets.size())
                .mapToObj(i -> Known.of(containers.get(i), looks.get(i), found))
                .toList();
    }

    /** Asks for several at a time: the engine answers them side by side. */
    private static <T, R> List<R> inAnyOrder(List<T> each, Function<T, R> ask) {
        if (each.size() == 1) {
            return List.of(ask.apply(each.get(0)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(each.size(), AT_A_TIME));
        try {
            List<CompletableFuture<R>> answers = each.stream()
                    .map(one -> CompletableFuture.supplyAsync(() -> ask.apply(one), threads))
                    .toList();
            return answers.stream().map(TopologyReader::joined).toList();
        } finally {
            threads.shutdown();
        }
    }

    private static String stopSignal(InspectContainerResponse container) {
        return Optional.ofNullable(container.getRawValues().get("Config")) // of which docker-java knows no stop signal
                .filter(Map.class::isInstance)
                .flatMap(config -> Optional.ofNullable(((Map<?, ?>) config).get("StopSignal")))
                .map(Object::toString)
                .filter(signal -> !signal.isBlank())
                .orElse("SIGTERM");
    }

    private static <T> T joined(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private ResolvedTarget resolved(Target target, Known about) {
        InspectContainerResponse container = about.said();
        Look look = about.seen();
        int pid = about.pid();
        if (look.frozen()) {
            throw new TargetException(
                    target + ": it is paused already, by a cgroup freezer and not by Docker. Who freezes it? "
                            + "Thaw it first.");
        }
        Optional<InspectContainerResponse> owner = lookup.owner(container);
        NetworkMode mode = ContainerLookup.networkMode(container, owner);
        NetworkNamespace namespace = new NetworkNamespace(look.netns(), pid);
        return new ResolvedTarget(
                target,
                container.getId(),
                pid,
                stopSignal(container),
                namespace,
                mode,
                mode.isOwn() ? Set.of() : listening(namespace),
                attachments(container, look),
                look.interfaces().stream()
                        .map(each -> new NetworkInterface(
                                each.name(),
                                each.addresses(),
                                each.mtu(),
                                each.queue(),
                                Optional.ofNullable(each.qdiscs().root()),
                                Optional.ofNullable(each.qdiscs().ingress())))
                        .toList(),
                ports(
                        owner.orElse(container),
                        about.proxies())); // its ports are published by whom the network belongs to
    }

    private Set<Integer> listening(NetworkNamespace namespace) {
        return agent.socketsOf(namespace).sockets().stream()
                .filter(socket -> socket.state() == TcpSocket.State.LISTEN)
                .map(socket -> socket.local().port())
                .collect(Collectors.toSet());
    }

    /** In the order of the interfaces: what is attached again in this order has them in this order again. */
    private static List<AttachedNetwork> attachments(InspectContainerResponse container, Look look) {
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < look.interfaces().size(); i++) {
            for (String address : look.interfaces().get(i).addresses()) {
                positions.put(address, i);
            }
        }
        return container.getNetworkSettings().getNetworks().entrySet().stream()
                .sorted(Comparator.comparing(
                        each -> positions.getOrDefault(each.getValue().getIpAddress(), Integer.MAX_VALUE)))
                .map(each -> new AttachedNetwork(
                        each.getKey(),
                        Objects.requireNonNullElse(each.getValue().getNetworkID(), "")))
                .toList();
    }

    private List<PublishedPort> ports(InspectContainerResponse container, List<Proxy> proxies) {
        Ports published = container.getNetworkSettings().getPorts();
        List<PublishedPort> ports = new ArrayList<>();
        if (published == null) {
            return ports;
        }
        for (Map.Entry<ExposedPort, Ports.Binding[]> entry :
                published.getBindings().entrySet()) {
            if (entry.getValue() == null) {
                continue; // exposed in the image, but not published
            }
            for (Ports.Binding binding : entry.getValue()) {
                ports.add(port(entry.getKey(), binding, proxies));
            }
        }
        return ports;
    }

    private PublishedPort port(ExposedPort exposed, Ports.Binding binding, List<Proxy> proxies) {
        String transport = exposed.getProtocol().name().toLowerCase(Locale.ROOT);
        String hostAddress = Optional.ofNullable(binding.getHostIp())
                .filter(address -> !address.isEmpty())
                .orElse("0.0.0.0");
        Optional<NetworkNamespace> proxy = proxies.stream()
                .filter(each -> each.proto().equals(transport)
                        && each.hostPort().equals(binding.getHostPortSpec())
                        && each.hostAddress().equals(hostAddress))
                .map(each -> new NetworkNamespace(each.netns(), each.pid()))
                .findFirst();
        Service service =
                engine.servesPortsElsewhere() ? Service.OUT_OF_REACH : proxy.isPresent() ? Service.PROXY : Service.NAT;
        return new PublishedPort(
                transport,
                hostAddress,
                Integer.parseInt(binding.getHostPortSpec()),
                exposed.getPort(),
                service,
                service == Service.PROXY ? proxy : Optional.empty());
    }
}
