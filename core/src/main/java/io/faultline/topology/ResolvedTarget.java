package io.faultline.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One target as it was found.
 *
 * @param containerId the engine's full id
 * @param pid its first process, as the Docker host numbers processes
 * @param stopSignal the signal by which its engine stops it, as its image or the command that started it wrote it: {@code SIGTERM}, {@code 3}
 * @param networkMode whose the namespace is: what is done to one that is not its own is done to others
 * @param listening the TCP ports that its own processes listen on, where the namespace is not its own; else empty
 * @param attachments the networks that it is attached to, in the order of its interfaces
 */
public record ResolvedTarget(
        Target target,
        String containerId,
        int pid,
        String stopSignal,
        NetworkNamespace namespace,
        NetworkMode networkMode,
        Set<Integer> listening,
        List<AttachedNetwork> attachments,
        List<NetworkInterface> interfaces,
        List<PublishedPort> ports) {

    public ResolvedTarget {
        listening = Set.copyOf(listening);
        attachments = List.copyOf(attachments);
        interfaces = List.copyOf(interfaces);
        ports = List.copyOf(ports);
    }

    /** One that is stopped by SIGTERM, with a network namespace of its own. */
    public ResolvedTarget(
            Target target,
            String containerId,
            int pid,
            NetworkNamespace namespace,
            List<AttachedNetwork> attachments,
            List<NetworkInterface> interfaces,
            List<PublishedPort> ports) {
        this(target, containerId, pid, "SIGTERM", namespace, NetworkMode.OWN, Set.of(), attachments, interfaces, ports);
    }

    /** The engine's names of the networks that it is attached to. */
    public Set<String> networks() {
        return attachments.stream().map(AttachedNetwork::name).collect(Collectors.toUnmodifiableSet());
    }

    /** Every address by which others reach this target; loopback is not among them. */
    public List<String> addresses() {
        return interfaces.stream()
                .filter(each -> !each.isLoopback())
                .flatMap(each -> each.addresses().stream())
                .toList();
    }

    /** Whether others reach it over IPv6; every interface has an address for its own link. */
    public boolean hasIpv6() {
        return addresses().stream().anyMatch(address -> address.contains(":") && !address.startsWith("fe80:"));
    }

    /** The ways to this target: always the direct one, and one for each namespace in which docker-proxy serves it. */
    public List<Route> routes() {
        Leg container = new Leg(Leg.Kind.CONTAINER, namespace, List.of());
        Map<NetworkNamespace, List<PublishedPort>> proxied = new LinkedHashMap<>();
        // One leg for a namespace, whichever of its proxies was found first: they all live where the engine does.
        Map<Long, NetworkNamespace> byInode = new LinkedHashMap<>();
        for (PublishedPort port : ports) {
            port.proxy().ifPresent(found -> {
                byInode.putIfAbsent(found.inode(), found);
                NetworkNamespace one = byInode.getOrDefault(found.inode(), found);
                proxied.computeIfAbsent(one, key -> new ArrayList<>()).add(port);
            });
        }
        List<Route> routes = new ArrayList<>();
        routes.add(new Route(Route.Kind.DIRECT, List.of(container)));
        proxied.forEach((where, served) -> routes.add(
                new Route(Route.Kind.PUBLISHED_PORT, List.of(new Leg(Leg.Kind.PROXY, where, served), container))));
        return routes;
    }

    /**
     * Where the packets of a TCP connection to this target enter its route; empty if it does not lead here.
     *
     * @param address the address that the client connected to, a literal without brackets
     * @param port likewise
     */
    public Optional<Hop> firstHop(String address, int port) {
        // At a shared address somebody else may listen, whom a fault of this one does not meet.
        return hopOfNamespace(address, port).filter(hop -> networkMode.isOwn() || listening.contains(hop.port()));
    }

    private Optional<Hop> hopOfNamespace(String address, int port) {
        if (addresses().contains(address)) {
            return Optional.of(new Hop(Leg.Kind.CONTAINER, port));
        }
        return ports.stream()
                .filter(published -> published.transport().equals("tcp")
                        && published.hostPort() == port
                        && published.isIpv6() == address.contains(":")
                        && (published.isWildcard() || published.hostAddress().equals(address)))
                .findFirst()
                .map(published -> new Hop(
                        isTranslated(published, address) ? Leg.Kind.CONTAINER : Leg.Kind.PROXY,
                        published.containerPort()));
    }

    // Docker's address translation leaves loopback, and without ip6tables all of IPv6, to the proxy where there is one.
    private static boolean isTranslated(PublishedPort port, String address) {
        boolean loopback = address.startsWith("127.") || port.isIpv6();
        return port.service() == PublishedPort.Service.NAT || !loopback;
    }

    /** Which of its ports are published elsewhere than they were, in words; empty if all are where they were. */
    public Optional<String> movedFrom(ResolvedTarget earlier) {
        return earlier.ports.stream()
                .filter(port -> ports.stream().noneMatch(now -> now.isAt(port)))
                .findFirst()
                .map(port -> target + " was published at " + port + ", and is now at "
                        + ports.stream()
                                .filter(now -> now.containerPort() == port.containerPort())
                                .map(PublishedPort::toString)
                                .findFirst()
                                .orElse("no port of the host"));
    }

    /** Each leg of every route, once. */
    public List<Leg> legs() {
        return routes().stream()
                .flatMap(route -> route.legs().stream())
                .distinct()
                .toList();
    }
}
