package io.faultline.world;

import io.faultline.terrain.AttachedNetwork;
import io.faultline.terrain.KernelFeatures;
import io.faultline.terrain.KernelFeatures.Feature;
import io.faultline.terrain.NetworkInterface;
import io.faultline.terrain.NetworkNamespace;
import io.faultline.terrain.PacketFilter;
import io.faultline.terrain.PublishedPort;
import io.faultline.terrain.PublishedPort.Service;
import io.faultline.terrain.Site;
import io.faultline.terrain.StreamRoute;
import io.faultline.terrain.Target;
import io.faultline.terrain.Terrain;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Terrain made up by hand. */
public final class Sites {

    public static final Target TARGET = Target.named("redis");
    public static final Target OTHER = Target.named("app");

    /** Where docker-proxy lives. */
    public static final NetworkNamespace HOST = new NetworkNamespace(900, 9);

    private Sites() {}

    public static Site redis(PublishedPort... ports) {
        return site(TARGET, 100, Set.of("bridge"), List.of("172.17.0.2"), ports);
    }

    public static Site app(PublishedPort... ports) {
        return site(OTHER, 200, Set.of("bridge"), List.of("172.17.0.3"), ports);
    }

    public static Site site(
            Target target, int inode, Set<String> networks, List<String> addresses, PublishedPort... ports) {
        return new Site(
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

    public static Terrain terrain(PacketFilter filter, Site... sites) {
        return new Terrain(
                Arrays.asList(sites), new KernelFeatures("6.1.0", Optional.of(filter), EnumSet.allOf(Feature.class)));
    }
}
