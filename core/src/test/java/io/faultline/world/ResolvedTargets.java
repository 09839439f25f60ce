package io.faultline.world;

import io.faultline.topology.AttachedNetwork;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.NetworkInterface;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PublishedPort;
import io.faultline.topology.PublishedPort.Service;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.StreamRoute;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Topology made up by hand. */
public final class ResolvedTargets {

    public static final Target TARGET = Target.named("redis");
    public static final Target OTHER = Target.named("app");

    /** Where docker-proxy lives. */
    public static final NetworkNamespace HOST = new NetworkNamespace(900, 9);

    private ResolvedTargets() {}

    public static ResolvedTarget redis(PublishedPort... ports) {
        return resolved(TARGET, 100, Set.of("bridge"), List.of("172.17.0.2"), ports);
    }

    public static ResolvedTarget app(PublishedPort... ports) {
        return resolved(OTHER, 200, Set.of("bridge"), List.of("172.17.0.3"), ports);
    }

    public static ResolvedTarget resolved(
            Target target, int inode, Set<String> networks, List<String> addresses, PublishedPort... ports) {
        return new ResolvedTarget(
                target,
                "container-" + inode,
                inode,
                new NetworkNamespace(inode, inode),
                networks.stream()
                        .sorted()
                        .map(name -> new AttachedNetwork(name, "id-of-" + name))
                        .toList(),
                List.of(plain("lo", List.of("127.0.0.1", "::1")), plain("eth0", addresses)),
                Arrays.asList(ports));
    }

    /** An interface whose queueing is left to the kernel. */
    public static NetworkInterface plain(String name, List<String> addresses) {
        return new NetworkInterface(name, addresses, 1500, 1000, Optional.empty(), Optional.empty());
    }

    public static PublishedPort proxied(String hostAddress, int hostPort) {
        return new PublishedPort("tcp", hostAddress, hostPort, 6379, Service.PROXY, Optional.of(HOST));
    }

    public static PublishedPort served(Service service, String hostAddress, int hostPort) {
        return new PublishedPort("tcp", hostAddress, hostPort, 6379, service, Optional.empty());
    }

    /** A way to a port of a target through a proxy at 172.17.0.9 port 8666, published as 40000. */
    public static StreamRoute stream(Target target, int port) {
        NetworkNamespace namespace = new NetworkNamespace(300, 300);
        StreamRoute.Proxy proxy =
                new StreamRoute.Proxy("faultline-stream-1", namespace, List.of("172.17.0.9"), 8666, 40000, false);
        String containerId = target.equals(TARGET) ? redis().containerId() : app().containerId();
        return new StreamRoute(target, port, containerId, proxy, "172.17.0.9", 8666);
    }

    public static Topology topology(PacketFilter filter, ResolvedTarget... resolvedTargets) {
        return new Topology(
                Arrays.asList(resolvedTargets),
                new KernelFeatures("6.1.0", Optional.of(filter), EnumSet.allOf(Feature.class)));
    }
}
