package io.faultline.topology;

import static io.faultline.world.ResolvedTargets.HOST;
import static io.faultline.world.ResolvedTargets.TARGET;
import static io.faultline.world.ResolvedTargets.proxied;
import static io.faultline.world.ResolvedTargets.redis;
import static io.faultline.world.ResolvedTargets.resolved;
import static io.faultline.world.ResolvedTargets.served;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.topology.PublishedPort.Service;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResolvedTargetTest {

    @Test
    void isReachedDirectlyAndThroughItsProxies() {
        ResolvedTarget resolved =
                redis(proxied("0.0.0.0", 32768), proxied("::", 32768), served(Service.NAT, "10.0.0.1", 80));

        assertThat(resolved.routes())
                .containsExactly(
                        new Route(Route.Kind.DIRECT, List.of(container(resolved))),
                        new Route(
                                Route.Kind.PUBLISHED_PORT,
                                List.of(
                                        new Leg(
                                                Leg.Kind.PROXY,
                                                HOST,
                                                List.of(proxied("0.0.0.0", 32768), proxied("::", 32768))),
                                        container(resolved))));
    }

    @Test
    void hasOneLegForANamespaceWhicheverProxyItWasFoundThrough() {
        PublishedPort other = new PublishedPort(
                "tcp", "::", 32768, 6379, Service.PROXY, Optional.of(new NetworkNamespace(HOST.inode(), 77)));
        ResolvedTarget resolved = redis(proxied("0.0.0.0", 32768), other);

        assertThat(resolved.legs())
                .containsExactly(
                        container(resolved), new Leg(Leg.Kind.PROXY, HOST, List.of(proxied("0.0.0.0", 32768), other)));
    }

    @Test
    void countsNoLoopbackAmongItsAddresses() {
        assertThat(redis().addresses()).containsExactly("172.17.0.2");
    }

    @Test
    void isMetFirstInItsOwnNamespaceByWhoeverUsesItsAddress() {
        assertThat(redis(proxied("0.0.0.0", 32768)).firstHop("172.17.0.2", 6379).map(Hop::leg))
                .contains(Leg.Kind.CONTAINER);
        assertThat(resolved(TARGET, 1, Set.of("n"), List.of("fd00::2"))
                        .firstHop("fd00::2", 1)
                        .map(Hop::leg))
                .contains(Leg.Kind.CONTAINER);
    }

    @Test
    void isMetFirstAtTheProxyOverLoopbackAndOverIpv6() {
        ResolvedTarget resolved = redis(proxied("0.0.0.0", 32768), proxied("::", 32768));

        assertThat(resolved.firstHop("127.0.0.1", 32768).map(Hop::leg)).contains(Leg.Kind.PROXY);
        assertThat(resolved.firstHop("127.8.8.8", 32768).map(Hop::leg)).contains(Leg.Kind.PROXY);
        assertThat(resolved.firstHop("::1", 32768).map(Hop::leg)).contains(Leg.Kind.PROXY);
    }

    @Test
    void isMetFirstInItsOwnNamespaceWhereTheAddressIsTranslated() {
        assertThat(redis(proxied("0.0.0.0", 32768)).firstHop("10.1.2.3", 32768).map(Hop::leg))
                .contains(Leg.Kind.CONTAINER);
        assertThat(redis(served(Service.NAT, "0.0.0.0", 32768))
                        .firstHop("127.0.0.1", 32768)
                        .map(Hop::leg))
                .contains(Leg.Kind.CONTAINER);
    }

    @Test
    void isNotReachedByOtherPortsAddressesOrFamilies() {
        ResolvedTarget resolved = redis(proxied("10.0.0.1", 32768));

        assertThat(resolved.firstHop("10.0.0.1", 32769)).isEmpty();
        assertThat(resolved.firstHop("10.0.0.2", 32768)).isEmpty();
        assertThat(resolved.firstHop("::1", 32768)).isEmpty();
        assertThat(redis(proxied("0.0.0.0", 32768)).firstHop("::1", 32768)).isEmpty();
    }

    private static Leg container(ResolvedTarget resolved) {
        return new Leg(Leg.Kind.CONTAINER, resolved.namespace(), List.of());
    }

    @Test
    void inASharedNetworkOnlyWhatItListensOnLeadsToIt() {
        ResolvedTarget alone = redis(proxied("127.0.0.1", 32768));
        ResolvedTarget shared = new ResolvedTarget(
                alone.target(),
                alone.containerId(),
                alone.pid(),
                alone.stopSignal(),
                alone.namespace(),
                NetworkMode.of("gateway"),
                Set.of(6379),
                alone.attachments(),
                alone.interfaces(),
                alone.ports());

        assertThat(shared.firstHop("172.17.0.2", 6379)).isEqualTo(alone.firstHop("172.17.0.2", 6379));
        assertThat(shared.firstHop("127.0.0.1", 32768)).isPresent();
        assertThat(alone.firstHop("172.17.0.2", 7000)).isPresent();
        assertThat(shared.firstHop("172.17.0.2", 7000)).isEmpty();
    }
}
