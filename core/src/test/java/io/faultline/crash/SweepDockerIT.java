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
import io.faultline.docker.engine.AgentImage;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.Labels;
import io.faultline.fault.shaping.Bandwidth;
import io.faultline.fault.shaping.BitRate;
import io.faultline.inject.Injection;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.testcontainers.DockerClientFactory;

/** Every agent sweeps when it starts, so nothing else may start one while this looks at what is to be swept. */
@Isolated
class SweepDockerIT {

    /** What an agent that was killed leaves of a bandwidth both ways: by r2q and direct_qlen, and by an interface's name. */
    private static final String TREES = """
            tc qdisc add dev eth0 root handle fa17: htb r2q 1 default 0 direct_qlen 3735928559
            ip link add fdeadbeef2 type ifb
            ip link set dev fdeadbeef2 alias eth0/0
            ip link set dev fdeadbeef2 up
            tc qdisc add dev fdeadbeef2 root handle fa17: htb r2q 2 default 0 direct_qlen 3735928559
            tc qdisc add dev eth0 ingress
            tc filter add dev eth0 parent ffff: protocol ip u32 match u32 0 0 action mirred egress redirect dev fdeadbeef2
            """;

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
        AgentImage.WITH_IPTABLES.provide(DockerEngine.connect()); // as it is where anybody ever used iptables
        rules.run("iptables-legacy -A OUTPUT -p tcp --dport 9 -j DROP; iptables-nft -N theirs");
        List<String> before = rules.all();
        rules.run("ipset create FAULTLINE-deadbeef-1-4 hash:net timeout 0; nft add table inet FAULTLINE-deadbeef-1");
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
        rules.run(TREES);
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

    @Test
    void makesNoTableWhereItOnlyLooks() {
        DockerRun.sweep(true);
        DockerRun.sweep(false);

        assertThat(rules.run("cat /proc/net/ip_tables_names /proc/net/ip6_tables_names"))
                .isBlank();
    }
}
