package io.faultline.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Network;
import io.faultline.Faultline;
import io.faultline.agent.Answers.Leftover;
import io.faultline.docker.DockerRun;
import io.faultline.docker.RunNetwork;
import io.faultline.docker.engine.Labels;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.Effect;
import io.faultline.fault.shaping.Bandwidth;
import io.faultline.fault.shaping.BitRate;
import io.faultline.inject.Injection;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.testcontainers.DockerClientFactory;

/** Every agent sweeps when it starts, so nothing else may start one while this looks at what is to be swept. */
@Isolated
class SweepDockerIT {

    private final Peer peer = new Peer();
    private Rules rules;

    @BeforeEach
    void start() {
        peer.start();
        rules = Rules.of(peer);
    }

    @AfterEach
    void stop() {
        rules.close();
        peer.stop();
    }

    @Test
    void removesWhatADeadRunLeftInEveryFlavourAndNothingElse() {
        rules.run("iptables-legacy -A OUTPUT -p tcp --dport 9 -j DROP; iptables-nft -N theirs");
        List<String> before = rules.all();
        rules.run("ipset create FAULTLINE-deadbeef-1-4 hash:net timeout 0");
        for (String tables : List.of("iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy")) {
            rules.run(tables + " -N FAULTLINE-deadbeef-1; " + tables + " -A FAULTLINE-deadbeef-1 -j DROP; " + tables
                    + " -I INPUT -p udp --dport 9 -j FAULTLINE-deadbeef-1");
        }
        rules.run("iptables-nft -I INPUT -m set --match-set FAULTLINE-deadbeef-1-4 src -j FAULTLINE-deadbeef-1");
        List<String> left = rules.ours();

        assertThat(DockerRun.sweep(true)).extracting(Leftover::run).contains("deadbeef");
        assertThat(rules.ours()).as("a dry run removes nothing").isEqualTo(left);

        assertThat(DockerRun.sweep(false)).extracting(Leftover::run).contains("deadbeef");
        assertThat(rules.all()).isEqualTo(before);
        assertThat(DockerRun.sweep(false)).isEmpty();
    }

    @Test
    void removesTheTreesThatADeadRunLeftAndLeavesThoseOfALiveOne() {
        Bandwidth slow = Bandwidth.of(peer.target(), BitRate.mbit(1));
        List<String> before = rules.all();
        try (DockerRun run = DockerRun.open()) {
            slow.plan(run.topology(List.of(peer.target()))).effects().forEach(this::leave);
        }
        assertThat(rules.ours()).hasSizeGreaterThanOrEqualTo(3);

        assertThat(DockerRun.sweep(true)).extracting(Leftover::run).contains("deadbeef");
        assertThat(rules.ours()).as("a dry run removes nothing").hasSizeGreaterThanOrEqualTo(3);
        assertThat(DockerRun.sweep(false)).extracting(Leftover::run).contains("deadbeef");
        assertThat(rules.all()).isEqualTo(before);

        try (Faultline faultline = Faultline.open();
                Injection injection = faultline.inject(slow).allowNoEffect()) {
            List<String> live = rules.ours();
            assertThat(DockerRun.sweep(false)).isEmpty();
            assertThat(rules.ours()).isEqualTo(live).isNotEmpty();
            assertThat(injection.evidence().invalidated()).isEmpty();
        }
        assertThat(rules.all()).isEqualTo(before);
    }

    @Test
    void removesTheNetworkOfADeadRunThoughSomebodyIsOnItAndLeavesThatOfALiveOne() {
        DockerClient docker = DockerClientFactory.instance().client();
        String left = docker.createNetworkCmd()
                .withName("faultline-deadbeef-1")
                .withLabels(Labels.of("deadbeef", "reference"))
                .exec()
                .getId();
        docker.connectToNetworkCmd()
                .withNetworkId(left)
                .withContainerId(peer.getContainerId())
                .exec();
        try (DockerRun run = DockerRun.open()) {
            run.agent();
            assertThat(networks(docker)).as("the agent swept").doesNotContain(left);
            String live;
            try (RunNetwork network = RunNetwork.create(run, "faultline-" + run.id() + "-1")) {
                live = network.getId();
                assertThat(DockerRun.sweep(false)).isEmpty();
                assertThat(networks(docker)).contains(live);
            }
            assertThat(networks(docker)).doesNotContain(live);
        }
        assertThat(peer.isRunning()).isTrue();
    }

    @Test
    void removesTheVolumesAndImagesOfADeadRun() {
        DockerClient docker = DockerClientFactory.instance().client();
        docker.createVolumeCmd()
                .withName("faultline-deadbeef-data")
                .withLabels(Labels.of("deadbeef", "system"))
                .exec();
        String image = docker.commitCmd(peer.getContainerId())
                .withLabels(Labels.of("deadbeef", "system"))
                .exec();

        assertThat(DockerRun.sweep(true))
                .filteredOn(found -> found.run().equals("deadbeef"))
                .extracting(Leftover::where, Leftover::what)
                .containsExactlyInAnyOrder(tuple("volume", "faultline-deadbeef-data"), tuple("image", image));
        assertThat(DockerRun.sweep(false)).extracting(Leftover::run).contains("deadbeef");

        assertThat(DockerRun.sweep(true)).isEmpty();
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> docker.inspectImageCmd(image).exec());
        assertThat(peer.isRunning()).isTrue();
    }

    private static List<String> networks(DockerClient docker) {
        return docker.listNetworksCmd().exec().stream().map(Network::getId).toList();
    }

    /** As an agent does that is killed once it has made the change. */
    private void leave(Effect effect) {
        AgentEffect shape = (AgentEffect) effect;
        int number = shape.summary().contains(" to \"peer\"") ? 1 : 2;
        shape.script("FAULTLINE-deadbeef-" + number, Instant.EPOCH).apply().stream()
                .flatMap(List::stream)
                .forEach(command -> rules.run(command.tool() + " -batch - <<end\n" + command.input() + "end\n"));
    }

    @Test
    void makesNoTableWhereItOnlyLooks() {
        DockerRun.sweep(true);
        DockerRun.sweep(false);

        assertThat(rules.run("cat /proc/net/ip_tables_names /proc/net/ip6_tables_names"))
                .isBlank();
    }
}
