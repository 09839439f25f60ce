package io.faultline.scenario.reference;

import io.faultline.Faultline;
import io.faultline.topology.StreamRoute;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where clients find the running servers of their system: by a server's role, or at the proxy before it. */
record Dependencies(List<Server> servers) {

    /** @param route through its proxy, if it has one */
    private record Server(MemberContainer container, Optional<StreamRoute> route) {

        static Server of(MemberContainer container, Faultline faultline) {
            return new Server(
                    container,
                    container.part().proxied()
                            ? Optional.of(faultline.through(
                                    Faultline.target(container.part().role(), container),
                                    container.part().program().port()))
                            : Optional.empty());
        }

        String onNetwork() {
            return route.map(proxy -> proxy.networkHost() + ":" + proxy.networkPort())
                    .orElse(container.part().role());
        }

        String onHost() {
            return "127.0.0.1:"
                    + route.map(proxy -> proxy.proxy().published())
                            .orElseGet(() -> container.getMappedPort(
                                    container.part().program().port()));
        }
    }

    /** Opens the proxies that are wished for. */
    static Dependencies of(List<MemberContainer> servers, Faultline faultline) {
        return new Dependencies(
                servers.stream().map(server -> Server.of(server, faultline)).toList());
    }

    /** For a client on the system's network; the servers' own ports are left out. */
    String onNetwork() {
        return servers.stream().map(Server::onNetwork).collect(Collectors.joining(","));
    }

    /** For a client on the Docker host's own network. */
    String onHost() {
        return servers.stream().map(Server::onHost).collect(Collectors.joining(","));
    }
}
