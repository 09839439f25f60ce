package io.faultline.fault.packet;

import static io.faultline.world.ResolvedTargets.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.NetworkDetachment;
import io.faultline.fault.Plan;
import io.faultline.topology.AttachedNetwork;
import io.faultline.topology.Hop;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.Leg;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import io.faultline.world.ResolvedTargets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DisconnectTest {

    private static final AttachedNetwork BACK = new AttachedNetwork("back", "id-of-back");
    private static final AttachedNetwork FRONT = new AttachedNetwork("front", "id-of-front");
    private static final Hop DIRECT = new Hop(Leg.Kind.CONTAINER, 6379);
    private static final Hop PUBLISHED = new Hop(Leg.Kind.PROXY, 6379);

    @Test
    void detachesFromEveryNetworkInTheOrderOfTheInterfaces() {
        Plan plan = Disconnect.of(TARGET).plan(on("back", "front"));

        assertThat(plan.effects())
                .containsExactly(new NetworkDetachment("\"redis\"", "container-100", List.of(BACK, FRONT), List.of()));
        assertThat(plan.bypasses()).isEmpty();
        assertThat(plan.effects().get(0).summary()).isEqualTo("detach \"redis\" from \"back\", \"front\"");
        assertThat(plan.effects().get(0).hits(DIRECT)).isTrue();
        assertThat(plan.effects().get(0).hits(PUBLISHED)).isTrue();
    }

    @Test
    void detachesFromOneNetworkByItsNameOrIdAndTellsWhichOnesStay() {
        for (String name : List.of("front", "id-of-front")) {
            Plan plan = Disconnect.of(TARGET).from(name).plan(on("back", "front"));

            assertThat(plan.effects())
                    .containsExactly(
                            new NetworkDetachment("\"redis\"", "container-100", List.of(FRONT), List.of(BACK)));
            assertThat(plan.bypasses()).containsExactly("\"redis\" stays attached to \"back\"");
            assertThat(plan.effects().get(0).hits(DIRECT)).isFalse();
        }
    }

    @Test
    void needsNothingOfTheKernel() {
        Topology poor =
                new Topology(on("back").resolvedTargets(), new KernelFeatures("4.4.0", Optional.empty(), Set.of()));

        assertThat(Disconnect.of(TARGET).plan(poor).effects()).hasSize(1);
    }

    @Test
    void refusesATargetOnNoNetwork() {
        for (Topology alone : List.of(on(), on("none"))) {
            assertThatThrownBy(() -> Disconnect.of(TARGET).plan(alone))
                    .isInstanceOf(TargetException.class)
                    .hasMessage("Cannot inject Disconnect[\"redis\"]: \"redis\" is attached to no network, so there is "
                            + "nothing to disconnect. Start it on one.");
        }
    }

    @Test
    void refusesANetworkThatTheTargetIsNotOnAndTellsWhatThereIs() {
        assertThatThrownBy(() -> Disconnect.of(TARGET).from("front", "middle").plan(on("back", "front")))
                .isInstanceOf(TargetException.class)
                .hasMessage("Cannot inject Disconnect[\"redis\" from front, middle]: \"redis\" is not attached to a "
                        + "network \"middle\" (attached to: \"back\", \"front\"). Name one of these, by its name or "
                        + "its full id.");
        assertThatThrownBy(() -> Disconnect.of(TARGET).from())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Name at least one");
    }

    @Test
    void overlapsOnlyOnTheSameNetworkOfTheSameContainer() {
        NetworkDetachment both = new NetworkDetachment("\"redis\"", "a", List.of(BACK, FRONT), List.of());

        assertThat(both.overlaps(new NetworkDetachment("\"redis\"", "a", List.of(FRONT), List.of(BACK))))
                .isTrue();
        assertThat(both.overlaps(new NetworkDetachment("\"app\"", "b", List.of(FRONT), List.of(BACK))))
                .isFalse();
        assertThat(new NetworkDetachment("\"redis\"", "a", List.of(BACK), List.of(FRONT))
                        .overlaps(new NetworkDetachment("\"redis\"", "a", List.of(FRONT), List.of(BACK))))
                .isFalse();
    }

    private static Topology on(String... networks) {
        return new Topology(
                List.of(ResolvedTargets.resolved(TARGET, 100, Set.of(networks), List.of("172.17.0.2"))),
                new KernelFeatures("6.1.0", Optional.empty(), Set.of()));
    }
}
