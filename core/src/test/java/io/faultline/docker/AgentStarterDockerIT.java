package io.faultline.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import io.faultline.agent.Agent;
import io.faultline.docker.AgentStarter.Started;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.Labels;
import io.faultline.docker.engine.RequestedFilter;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Flavour;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AgentStarterDockerIT {

    private static final String PLAIN = "faultline/agent:";
    private static final String TOOLS = "faultline/agent-tools:";

    private final DockerEngine engine = DockerEngine.connect();
    private final String run = HexFormat.of().formatHex(new SecureRandom().generateSeed(4));

    /** In dev/guest, whose kernel has no nf_tables, it is the one with iptables. */
    @Tag("guest")
    @Test
    void hasNothingBesideItExactlyWhereNftablesServes() {
        AgentStarter starter = new AgentStarter(engine, run, RequestedFilter.AUTO);
        Started started = starter.start();
        try (Agent agent = started.agent()) {
            boolean isNative = flavour(started).filter(Flavour.NFTABLES::equals).isPresent();
            String image = isNative ? PLAIN : TOOLS;

            // An agent that was not the right one has gone before, and its container follows.
            await().atMost(Duration.ofSeconds(20)).until(() -> images().size() == 1);
            assertThat(images().get(0)).startsWith(image);
            assertThat(agent.isAlive()).isTrue();
        }
        if (flavour(started).filter(Flavour.NFTABLES::equals).isEmpty()) {
            try (Agent next = starter.start().agent()) { // it is known by now
                assertThat(images()).allMatch(image -> image.startsWith(TOOLS));
                assertThat(next.isAlive()).isTrue();
            }
        }
    }

    @Test
    void hasIptablesAtOnceIfThatIsAskedFor() {
        AgentStarter starter = new AgentStarter(engine, run, RequestedFilter.IPTABLES);
        assertThat(starter.filter()).isEmpty();
        Started started = starter.start();
        try (Agent agent = started.agent()) {
            assertThat(images()).singleElement().asString().startsWith(TOOLS);
            assertThat(flavour(started)).isPresent().get().isNotEqualTo(Flavour.NFTABLES);
            assertThat(starter.filter()).isEqualTo(started.kernel().packetFilter());
            assertThat(agent.features().tables()).isNotEmpty();
        }
    }

    @Test
    void hasNoIptablesIfNftablesIsAskedFor() {
        Started started = new AgentStarter(engine, run, RequestedFilter.NFTABLES).start();
        try (Agent agent = started.agent()) {
            assertThat(images()).singleElement().asString().startsWith(PLAIN);
            assertThat(flavour(started).filter(found -> found != Flavour.NFTABLES))
                    .isEmpty();
            assertThat(agent.isAlive()).isTrue();
        }
    }

    private static Optional<Flavour> flavour(Started started) {
        return started.kernel().packetFilter().map(PacketFilter::flavour);
    }

    /** Those that this run's agents run in. */
    private List<String> images() {
        return engine.client().listContainersCmd().withLabelFilter(Map.of(Labels.RUN, run)).exec().stream()
                .map(Container::getImage)
                .toList();
    }
}
