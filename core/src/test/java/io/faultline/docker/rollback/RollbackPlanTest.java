package io.faultline.docker.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Link;
import io.faultline.docker.engine.EngineException;
import io.faultline.effect.NetworkDetachment;
import io.faultline.inject.OpenOptions;
import io.faultline.topology.AttachedNetwork;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RollbackPlanTest {

    private static final NetworkDetachment EFFECT =
            new NetworkDetachment("\"redis\"", "c1", List.of(new AttachedNetwork("back", "n1")), List.of());

    @Test
    void attachesAgainWithAllThatWasAskedForAndTheSameMac() {
        ContainerNetwork found = new ContainerNetwork()
                .withIpamConfig(
                        new ContainerNetwork.Ipam().withIpv4Address("10.1.0.7").withIpv6Address("fd00::7"))
                .withLinks(new Link("other", "db"))
                .withAliases("cache", "c1")
                .withMacAddress("02:42:0a:01:00:07")
                .withNetworkID("n1")
                .withIpv4Address("10.1.0.7");

        assertThat(task(found))
                .isEqualTo(("{'rollback':'faultline-rollback-1','lease_ms':15000,'maximum_ms':60000,'steps':[{"
                                + "'does':'detach','place':'~'redis~'','container':'c1','network':'n1','name':'back','endpoint':{"
                                + "'IPAMConfig':{'IPv4Address':'10.1.0.7','IPv6Address':'fd00::7'},"
                                + "'Aliases':['cache','c1'],'Links':['other:db'],'MacAddress':'02:42:0a:01:00:07'}}]}")
                        .replace('\'', '"')
                        .replace('~', '\\'));
    }

    @Test
    void asksForNoAddressThatWasGivenByChance() {
        ContainerNetwork found = new ContainerNetwork()
                .withMacAddress("02:42:ac:11:00:02")
                .withNetworkID("n1")
                .withIpv4Address("172.17.0.2");

        assertThat(task(found)).endsWith("\"endpoint\":{\"MacAddress\":\"02:42:ac:11:00:02\"}}]}");
    }

    @Test
    void refusesANetworkThatIsGoneSinceItWasLookedAt() {
        assertThatThrownBy(() -> new RollbackPlan().add(EFFECT, Map.of()))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("Cannot detach \"redis\" from \"back\"")
                .hasMessageContaining("Who else changes its networks?");
    }

    private static String task(ContainerNetwork found) {
        RollbackPlan undo = new RollbackPlan();
        undo.add(EFFECT, Map.of("back", found));
        return undo.task("faultline-rollback-1", new OpenOptions(Duration.ofMinutes(1), false));
    }
}
