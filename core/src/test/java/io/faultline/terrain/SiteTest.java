package io.faultline.terrain;

import static io.faultline.world.Sites.HOST;
import static io.faultline.world.Sites.TARGET;
import static io.faultline.world.Sites.proxied;
import static io.faultline.world.Sites.redis;
import static io.faultline.world.Sites.served;
import static io.faultline.world.Sites.site;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.terrain.PublishedPort.Service;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SiteTest {

    @Test
    void isReachedDirectlyAndThroughItsProxies() {
        Site site = redis(proxied("0.0.0.0", 32768), proxied("::", 32768), served(Service.NAT, "10.0.0.1", 80));

        assertThat(site.routes())
                .containsExactly(
                        new Route(Route.Kind.DIRECT, List.of(container(site))),
                        new Route(
                                Route.Kind.PUBLISHED_PORT,
                                List.of(
                                        new Leg(
                                                Leg.Kind.PROXY,
                                                HOST,
                                                List.of(proxied("0.0.0.0", 32768), proxied("::", 32768))),
                                        container(site))));
    }

    @Test
    void hasOneLegForANamespaceWhicheverProxyItWasFoundThrough() {
        PublishedPort other = new PublishedPort(
                "tcp", "::", 32768, 6379, Service.PROXY, Optional.of(new NetworkNamespace(HOST.inode(), 77)));
        Site site = redis(proxied("0.0.0.0", 32768), other);

        assertThat(site.legs())
                .containsExactly(
                        container(site), new Leg(Leg.Kind.PROXY, HOST, List.of(proxied("0.0.0.0", 32768), other)));
    }

    @Test
    void countsNoLoopbackAmongItsAddresses() {
        assertThat(redis().addresses()).containsExactly("172.17.0.2");
    }

    @Test
    void isMetFirstInItsOwnNamespaceByWhoeverUsesItsAddress() {
        assertThat(redis(proxied("0.0.0.0", 32768)).firstHop("172.17.0.2", 6379).map(Hop::leg))
                .contains(Leg.Kind.CONTAINER);
        assertThat(site(TARGET, 1, Set.of("n"), List.of("fd00::2"))
                        .firstHop("fd00::2", 1)
                        .map(Hop::leg))
                .contains(Leg.Kind.CONTAINER);
    }

    @Test
    void isMetFirstAtTheProxyOverLoopbackAndOverIpv6() {
        Site site = redis(proxied("0.0.0.0", 32768), proxied("::", 32768));

        assertThat(site.firstHop("127.0.0.1", 32768).map(Hop::leg)).contains(Leg.Kind.PROXY);
        assertThat(site.firstHop("127.8.8.8", 32768).map(Hop::leg)).contains(Leg.Kind.PROXY);
        assertThat(site.firstHop("::1", 32768).map(Hop::leg)).contains(Leg.Kind.PROXY);
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
        Site site = redis(proxied("10.0.0.1", 32768));

        assertThat(site.firstHop("10.0.0.1", 32769)).isEmpty();
        assertThat(site.firstHop("10.0.0.2", 32768)).isEmpty();
        assertThat(site.firstHop("::1", 32768)).isEmpty();
        assertThat(redis(proxied("0.0.0.0", 32768)).firstHop("::1", 32768)).isEmpty();
    }

    private static Leg container(Site site) {
        return new Leg(Leg.Kind.CONTAINER, site.namespace(), List.of());
    }

    @Test
    void inASharedNetworkOnlyWhatItListensOnLeadsToIt() {
        Site alone = redis(proxied("127.0.0.1", 32768));
        Site shared = new Site(
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
