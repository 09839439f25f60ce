package io.faultline.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.Faultline;
import io.faultline.fault.packet.Partition;
import io.faultline.inject.ClashException;
import io.faultline.inject.Injection;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.DockerImageName;

@Testcontainers
class TargetErrorsDockerIT {

    private static DockerRun run;
    private static Faultline faultline;

    @Container
    private final Peer peer = new Peer();

    @BeforeAll
    static void open() {
        run = DockerRun.open();
        faultline = Faultline.in(run);
    }

    @AfterAll
    static void close() {
        faultline.close();
        run.close();
    }

    @Test
    void anUnknownNameIsToldWithTheContainersThatRun() {
        run.agent();

        assertThatThrownBy(() -> faultline.inject(Partition.of(Target.named("no-such-container"))))
                .isInstanceOf(TargetException.class)
                .hasMessageStartingWith("\"no-such-container\" matched no container (running: ")
                .hasMessageContaining('"' + name(peer) + '"')
                .hasMessageEndingWith("). Start it first, or correct the name.")
                .message()
                .doesNotContain("faultline-agent"); // it is no target
    }

    @Test
    void aContainerIsFoundByNameIdAndBeginningOfItsId() {
        String id = peer.getContainerId();

        for (String reference : List.of(name(peer), id, id.substring(0, 12))) {
            try (Injection injection =
                    faultline.inject(Partition.of(Target.named(reference))).allowNoEffect()) {
                assertThat(injection.evidence().total()).isNotNegative();
            }
        }
        assertThatThrownBy(() -> faultline.inject(Partition.of(Target.named(id.substring(0, 11)))))
                .isInstanceOf(TargetException.class);
    }

    @Test
    void aStoppedContainerIsToldSo() {
        peer.getDockerClient().killContainerCmd(peer.getContainerId()).exec();
        peer.getDockerClient().waitContainerCmd(peer.getContainerId()).start().awaitStatusCode();

        assertThatThrownBy(() -> faultline.inject(Partition.of(peer.target())))
                .isInstanceOf(TargetException.class)
                .hasMessage("\"peer\" is not running (its state is \"exited\"). Start it before the fault.");
    }

    @Test
    void aRemovedContainerIsToldByItsLabel() {
        Target target = peer.target();
        peer.stop();

        assertThatThrownBy(() -> faultline.inject(Partition.of(target)))
                .isInstanceOf(TargetException.class)
                .hasMessageStartingWith("\"peer\" matched no container");
    }

    @Test
    void aContainerThatWasNeverStartedIsToldSo() {
        try (Peer unstarted = new Peer()) {
            assertThatThrownBy(() -> Faultline.target("worker", unstarted))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("The container \"worker\" was not started", "@Container");
        }
    }

    @Test
    void aContainerIsCalledByItsNetworkAliasOrElseByItsImage() {
        try (Network network = Network.newNetwork();
                Peer known = new Peer().withNetwork(network).withNetworkAliases("cache")) {
            known.start();

            assertThat(Faultline.target(known).label()).isEqualTo("cache");
            assertThat(Faultline.target(peer).label()).startsWith("faultline/test-peer:");
        }
    }

    @Test
    void aContainerOnTheHostsNetworkIsRefused() {
        try (GenericContainer<?> onHost = idle().withNetworkMode("host")) {
            onHost.start();

            assertThatThrownBy(() -> faultline.inject(Partition.of(Faultline.target("gateway", onHost))))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContainingAll(
                            "\"gateway\" uses the host's network", "hit the whole machine", "of its own");
        }
    }

    @Test
    void aContainerInAnothersNetworkIsRefusedInFavourOfTheOther() {
        try (GenericContainer<?> sidecar = idle().withNetworkMode("container:" + peer.getContainerId())) {
            sidecar.start();

            assertThatThrownBy(() -> faultline.inject(Partition.of(Faultline.target("sidecar", sidecar))))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContainingAll(
                            "\"sidecar\" shares the network of the container \"" + name(peer) + "\"",
                            "Name \"" + name(peer) + "\" instead");
        }
    }

    @Test
    void twoContainersOfOneComposeServiceAreBothNamed() {
        String service = "svc-" + UUID.randomUUID();
        try (GenericContainer<?> one = idle().withLabel("com.docker.compose.service", service);
                GenericContainer<?> two = idle().withLabel("com.docker.compose.service", service)) {
            one.start();
            try (Injection injection =
                    faultline.inject(Partition.of(Target.named(service))).allowNoEffect()) {
                assertThat(injection.evidence().invalidated()).isEmpty();
            }

            two.start();
            assertThatThrownBy(() -> faultline.inject(Partition.of(Target.named(service))))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContainingAll(
                            '"' + service + "\" matched 2 containers",
                            "of which 2 are running",
                            name(one),
                            name(two),
                            "full name of the one");
        }
    }

    @Test
    void aStoppedInstanceOfAComposeServiceDoesNotHideTheRunningOne() {
        String service = "svc-" + UUID.randomUUID();
        try (GenericContainer<?> one = idle().withLabel("com.docker.compose.service", service);
                GenericContainer<?> two = idle().withLabel("com.docker.compose.service", service)) {
            one.start();
            two.start();
            one.getDockerClient().killContainerCmd(one.getContainerId()).exec();
            one.getDockerClient().waitContainerCmd(one.getContainerId()).start().awaitStatusCode();

            try (Injection injection =
                    faultline.inject(Partition.of(Target.named(service))).allowNoEffect()) {
                assertThat(injection.evidence().invalidated()).isEmpty();
            }
        }
    }

    @Test
    void aTargetThatIsRemovedUnderTheFaultSpoilsTheEvidenceAndHealsCleanly() throws Exception {
        try (Rules host = Rules.ofHost()) {
            Injection injection = faultline.inject(Partition.of(peer.target()));
            assertThat(host.ours()).anyMatch(line -> line.contains("FAULTLINE-" + run.id()));
            peer.stop();

            injection.allowNoEffect().heal(); // it ended early, of course

            assertThat(injection.evidence().invalidated())
                    .contains("the target's process died while the fault was open");
            assertThat(host.ours()).noneMatch(line -> line.contains("FAULTLINE-" + run.id()));
        }
    }

    @Test
    void aBoundThatIsNotPositiveIsRefusedBeforeAnythingIsTouched() {
        for (Duration bound : List.of(Duration.ZERO, Duration.ofSeconds(-5))) {
            try (Faultline own = Faultline.in(run)) {
                assertThatThrownBy(() -> own.during(Partition.of(peer.target()))
                                .expect("it notices", () -> false)
                                .within(bound))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("within(" + bound + "): the bound must be longer than zero.");
                assertThat(own.journal().events()).isEmpty();
            } catch (IllegalStateException unfinished) {
                assertThat(unfinished).hasMessageContaining("\"it notices\"");
            }
        }
    }

    @Test
    void twoPartitionsOfOneTargetClashAcrossTests() {
        try (Injection first = faultline.inject(Partition.of(peer.target())).allowNoEffect();
                Faultline otherTest = Faultline.in(run)) {
            assertThat(first.evidence().invalidated()).isEmpty();

            assertThatThrownBy(() -> otherTest.inject(Partition.of(Target.named(name(peer)))))
                    .isInstanceOf(ClashException.class)
                    .hasMessageContainingAll(
                            "Cannot inject Partition[\"" + name(peer) + "\"]",
                            "Partition[\"peer\"] is open and harms the same place",
                            "a container each")
                    .cause()
                    .hasStackTraceContaining("twoPartitionsOfOneTargetClashAcrossTests");
        }
    }

    private static GenericContainer<?> idle() {
        return new GenericContainer<>(DockerImageName.parse(Peer.image()))
                .withCreateContainerCmdModifier(cmd -> cmd.getHostConfig().withInit(true))
                .withCommand("sleep", "infinity");
    }

    private static String name(GenericContainer<?> container) {
        return container.getContainerInfo().getName().substring(1);
    }
}
