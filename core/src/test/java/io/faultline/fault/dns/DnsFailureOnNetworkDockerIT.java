package io.faultline.fault.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.Labels;
import io.faultline.docker.engine.RequestedFilter;
import io.faultline.inject.Injection;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.world.DnsClientContainer;
import io.faultline.world.OneNetwork;
import io.faultline.world.Resolver;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.DockerClientFactory;

/** Asks from inside a target on a user network, whose name server is Docker's embedded one. */
class DnsFailureOnNetworkDockerIT {

    private static final String FOUND = "NOERROR " + Resolver.IPV4;

    private final OneNetwork network = new OneNetwork();
    private final DnsClientContainer app = network.app;
    private final DockerRun run = DockerRun.open();
    private final Faultline faultline = Faultline.in(run);

    @AfterEach
    void stop() {
        try (network;
                run) {
            faultline.close();
        }
    }

    /** Also where Docker's own rules are in another of the kernel's packet filters. */
    @ParameterizedTest
    @EnumSource(
            value = RequestedFilter.class,
            names = {"NFTABLES", "IPTABLES_NFT", "IPTABLES_LEGACY"})
    void failsANameOfDockersEmbeddedServerWhileContainersAreFound(RequestedFilter filter) throws Exception {
        try (DockerRun other = DockerRun.open(filter);
                Faultline one = Faultline.in(other)) {
            assumeTrue(other.kernel().has(Feature.REDIRECT), () -> "this kernel has no " + filter.wireName());
            String cache = app.ask("libc cache");
            assertThat(app.ask("libc db")).isEqualTo(cache);
            String before = app.ask("same 127.0.0.11 db");
            assertThat(before).isEqualTo("NOERROR " + cache.split(" ")[0]);

            try (Injection failure =
                    one.inject(DnsFailure.of(app.target()).nxdomain().forNames("db"))) {
                assertThat(app.ask("libc db")).startsWith("gaierror: ");
                assertThat(app.ask("same 127.0.0.11 db")).isEqualTo("NXDOMAIN");
                assertThat(app.ask("same 127.0.0.11 cache")).isEqualTo(before);
                assertThat(app.ask("tcp 127.0.0.11 db")).isEqualTo("NXDOMAIN");
                assertThat(app.ask("libc cache")).isEqualTo(cache);
                assertThat(failure.evidence().tookEffect()).isTrue();
            }

            assertThat(app.ask("libc db")).isEqualTo(cache);
            assertThat(app.ask("same 127.0.0.11 db")).isEqualTo(before);
        }
    }

    @Test
    void meetsQueriesOverIpv6() throws Exception {
        String address = network.resolver.ipv6Address();
        String question = "same " + address + " db.example";
        assertThat(app.ask(question)).isEqualTo(FOUND);

        try (Injection failure =
                faultline.inject(DnsFailure.of(app.target()).nxdomain().forNames("db.example"))) {
            assertThat(app.ask(question)).isEqualTo("NXDOMAIN");
            assertThat(app.ask("tcp " + address + " db.example")).isEqualTo("NXDOMAIN");
            assertThat(app.ask("tcp " + address + " cache.example")).isEqualTo(FOUND);
            assertThat(app.ask("udp " + address + " cache.example")).isEqualTo(FOUND);
            assertThat(failure.evidence().total()).isEqualTo(2);
        }

        assertThat(app.ask(question)).isEqualTo(FOUND);
    }

    @Test
    void asksWhomTheClientAskedAndNotWhomItsContainerWouldAsk() throws Exception {
        String other = network.resolver.address(); // the container's own server knows nothing of what it knows

        try (Injection failure =
                faultline.inject(DnsFailure.of(app.target()).nxdomain().forNames("db.example"))) {
            assertThat(app.ask("udp " + other + " cache.example")).isEqualTo(FOUND);
            assertThat(app.ask("udp " + other + " db.example")).isEqualTo("NXDOMAIN");
            assertThat(failure.evidence().tookEffect()).isTrue();
        }
    }

    /** On a user network, where Docker's rules keep the kernel mindful of flows after ours are gone. */
    @Test
    void letsGoOfASocketWhoseAgentWasKilled() throws Exception {
        String question = "same " + network.resolver.address() + " db.example";
        Injection failure = faultline.inject(DnsFailure.of(app.target()).servfail());
        assertThat(app.ask(question)).isEqualTo("SERVFAIL");
        DockerClient docker = DockerClientFactory.lazyClient();
        docker.listContainersCmd().withLabelFilter(Map.of(Labels.RUN, run.id())).exec().stream()
                .map(Container::getId)
                .forEach(agent ->
                        docker.killContainerCmd(agent).withSignal("KILL").exec());

        // A new agent sweeps up after it; the kernel alone would keep a flow that is asked by for ever.
        await().pollInSameThread()
                .dontCatchUncaughtExceptions()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(app.ask(question)).isEqualTo(FOUND));
        failure.allowNoEffect().heal(); // it ended early, of course
        assertThat(failure.evidence().invalidated())
                .hasValueSatisfying(why -> assertThat(why).contains("the agent died while it was open"));
    }
}
