package io.faultline.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.model.Capability;
import io.faultline.agent.Agent;
import io.faultline.docker.DockerRun;
import io.faultline.topology.PacketFilter.Flavour;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The agent has every capability that it needs, and needs every one that it has: each is taken away once, and missed. */
@TestInstance(Lifecycle.PER_CLASS)
class AgentRightsDockerIT {

    private AgentUses uses;

    @BeforeAll
    void start() {
        try (DockerRun run = DockerRun.open(RequestedFilter.NFTABLES)) {
            assumeTrue(
                    run.kernel()
                            .packetFilter()
                            .filter(found -> found.flavour() == Flavour.NFTABLES)
                            .isPresent(),
                    "needs nf_tables: without it there is no agent without iptables");
        }
        uses = new AgentUses();
    }

    @AfterAll
    void stop() {
        if (uses != null) {
            uses.close();
        }
    }

    @Test
    void withAllOfThemItIsRefusedNothing() throws Exception {
        assertThat(refused(EnumSet.noneOf(Capability.class))).isEmpty();
    }

    /** Bits of capabilities(7): 5 KILL, 6 SETGID, 7 SETUID, 12 NET_ADMIN, 13 NET_RAW, 19 SYS_PTRACE, 21 SYS_ADMIN. */
    @ParameterizedTest
    @CsvSource({"PLAIN, 00000000002810e0", "WITH_IPTABLES, 00000000002830e0"})
    void theKernelSaysThatItHasThoseAndNoOthers(AgentImage image, String capabilities) throws Exception {
        try (Agent agent = uses.start(image, EnumSet.noneOf(Capability.class))) {
            assertThat(agent.isAlive()).isTrue();
            assertThat(uses.status())
                    .contains("CapEff:\t" + capabilities, "CapBnd:\t" + capabilities, "NoNewPrivs:\t1", "Seccomp:\t2");
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutOneItIsRefusedWhatThatIsFor(AgentRight right) throws Exception {
        assertThat(refused(EnumSet.of(right.capability()))).isEqualTo(right.refused());
        assertThat(uses.hasRules()).as("something is left").isFalse();
    }

    /** By agents that have all that they need but these. */
    private Set<AgentUse> refused(Set<Capability> missing) throws Exception {
        Set<AgentUse> refused = EnumSet.noneOf(AgentUse.class);
        for (AgentImage image : AgentImage.values()) {
            try (Agent agent = uses.start(image, missing)) {
                for (AgentUse use : AgentUse.values()) {
                    if (use.image() == image && !uses.works(agent, use)) {
                        refused.add(use);
                    }
                }
            }
        }
        return refused;
    }
}
