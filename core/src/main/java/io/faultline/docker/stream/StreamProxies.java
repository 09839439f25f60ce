package io.faultline.docker.stream;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.InternetProtocol;
import io.faultline.agent.Agent;
import io.faultline.docker.container.ContainerLookup;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.Labels;
import io.faultline.effect.Effect;
import io.faultline.effect.StreamToxic;
import io.faultline.inject.EffectExecutor;
import io.faultline.inject.OpenOptions;
import io.faultline.topology.StreamRoute;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The proxies of one run, and who needs them: one goes when the last of its users has. Thread-safe. */
public final class StreamProxies implements EffectExecutor {

    private static final Logger LOG = LoggerFactory.getLogger(StreamProxies.class);

    private final DockerEngine engine;
    private final String run;
    private final ContainerLookup lookup;
    private final List<Used> open = new ArrayList<>();
    private int started;
    private int toxics;

    private record Used(StreamProxy proxy, Set<Object> users) {}

    public StreamProxies(DockerEngine engine, String run, ContainerLookup lookup) {
        this.engine = engine;
        this.lookup = lookup;
        this.run = run;
    }

    /**
     * The route to a target's port: the one that is open, or a new one.
     *
     * @param port empty means the only one that the target exposes
     * @throws TargetException if the target cannot be used, or exposes another number of ports than one
     */
    public synchronized StreamRoute through(Target target, OptionalInt port, Object user, Supplier<Agent> agent) {
        InspectContainerResponse container = lookup.find(target);
        ContainerLookup.networkMode(container, lookup.owner(container)).requireOwn(target);
        int wanted = port.orElseGet(() -> onlyPort(target, container));
        requireNetwork(target, container);
        Optional<Used> there = open.stream()
                .filter(each -> each.proxy().route().containerId().equals(container.getId())
                        && each.proxy().route().targetPort() == wanted)
                .findFirst();
        if (there.isPresent() && !there.get().proxy().isRunning()) {
            open.remove(there.get());
            there = Optional.empty();
        }
        Used used = there.orElseGet(() -> {
            String name = "faultline-stream-" + run + "-" + ++started;
            Used opened = new Used(
                    StreamProxy.start(
                            engine,
                            agent.get(), // first of all containers: a run without one counts as dead
                            new StreamProxy.Wish(target, container, wanted, name),
                            Labels.of(run, "stream")),
                    new HashSet<>());
            open.add(opened);
            return opened;
        });
        used.users().add(user);
        return used.proxy().route();
    }

    private static int onlyPort(Target target, InspectContainerResponse container) {
        ExposedPort[] exposed = Objects.requireNonNullElse(container.getConfig().getExposedPorts(), new ExposedPort[0]);
        List<Integer> tcp = Arrays.stream(exposed)
                .filter(each -> each.getProtocol() == InternetProtocol.TCP)
                .map(ExposedPort::getPort)
                .sorted()
                .toList();
        if (tcp.size() != 1) {
            throw new TargetException("It is not clear which stream to " + target + " is meant: it exposes "
                    + (tcp.isEmpty() ? "no TCP port" : "the TCP ports " + tcp)
                    + ". Name the port: faultline.through(target, port).");
        }
        return tcp.get(0);
    }

    private static void requireNetwork(Target target, InspectContainerResponse container) {
        Set<String> networks = container.getNetworkSettings().getNetworks().keySet();
        if (networks.isEmpty() || networks.equals(Set.of("none"))) {
            throw new TargetException("Cannot open a stream to " + target + " through a proxy: it is on no network. "
                    + "Attach it to one.");
        }
    }

    public synchronized List<StreamRoute> routes() {
        return open.stream()
                .map(Used::proxy)
                .filter(proxy -> !proxy.isGone())
                .map(StreamProxy::route)
                .toList();
    }

    /** Removes the proxies that nobody else uses. */
    public void leave(Object user) {
        List<StreamProxy> unused = new ArrayList<>();
        synchronized (this) {
            for (Used used : List.copyOf(open)) {
                if (used.users().remove(user) && used.users().isEmpty()) {
                    open.remove(used);
                    unused.add(used.proxy());
                }
            }
        }
        remove(unused);
    }

    /** Removes all. */
    public void close() {
        List<StreamProxy> all;
        synchronized (this) {
            all = open.stream().map(Used::proxy).toList();
            open.clear();
        }
        remove(all);
    }

    // They are harmless, and the next run's sweep finds them: no reason to fail a test.
    private static void remove(List<StreamProxy> proxies) {
        for (StreamProxy proxy : proxies) {
            try {
                proxy.remove();
            } catch (RuntimeException e) {
                LOG.warn("Could not remove {}: {}", proxy.route().proxy().name(), e.getMessage());
            }
        }
    }

    private synchronized StreamProxy proxy(StreamRoute route) {
        return open.stream()
                .map(Used::proxy)
                .filter(proxy -> proxy.route().equals(route))
                .findFirst()
                .orElseThrow(() -> new TargetException("The stream " + route
                        + " is closed. Call faultline.through(target) again, and connect to what it gives."));
    }

    @Override
    public boolean handles(Effect effect) {
        return effect instanceof StreamToxic;
    }

    @Override
    public synchronized StreamEffects open(List<Effect> effects, OpenOptions options) {
        List<StreamEffects.Named> named = new ArrayList<>();
        for (Effect effect : effects) {
            StreamToxic toxic = (StreamToxic) effect;
            named.add(new StreamEffects.Named("faultline-" + ++toxics, toxic, proxy(toxic.route())));
        }
        return StreamEffects.open(named, options);
    }
}
