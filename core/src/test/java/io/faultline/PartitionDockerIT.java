package io.faultline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.PacketCount;
import io.faultline.fault.Partition;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.terrain.Leg;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

@Testcontainers
class PartitionDockerIT {

    @Container
    private final Peer peer = new Peer();

    private Faultline faultline;

    @BeforeEach
    void open() {
        faultline = Faultline.open();
    }

    @AfterEach
    void close() {
        faultline.close();
    }

    @Test
    void stallsAnOpenConnectionOnBothLegsAndLetsItGoOnAfterwards() throws Exception {
        try (Line published = new Line(peer.connectPublished());
                Line direct = new Line(peer.connectDirectly())) {
            assertThat(published.echoes("before")).isTrue();
            assertThat(direct.echoes("before")).isTrue();

            Evidence evidence;
            try (Injection cut = faultline.inject(Partition.of(peer.target()))) {
                assertThat(published.echoes("during")).isFalse();
                assertThat(direct.echoes("during")).isFalse();
                evidence = cut.heal();
            }

            assertThat(evidence.counts()).extracting(PacketCount::leg).contains(Leg.Kind.CONTAINER, Leg.Kind.PROXY);
            assertThat(evidence.bit()).isTrue();
            assertThat(eventually(published)).isEqualTo("during");
            assertThat(eventually(direct)).isEqualTo("during");
        }
    }

    @Test
    void letsNoNewConnectionIn() throws Exception {
        try (Injection cut = faultline.inject(Partition.of(peer.target()))) {
            assertThatThrownBy(peer::connectPublished).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(peer::connectDirectly).isInstanceOf(SocketTimeoutException.class);
            assertThat(cut.evidence().packets()).isPositive();
        }
        peer.connectPublished().close();
    }

    @Test
    void leavesForeignRulesAsTheyWereAndIsNotDefeatedByThem() throws Exception {
        try (Rules rules = Rules.of(peer);
                Rules host = Rules.ofHost()) {
            rules.run(
                    "iptables -I INPUT 1 -j ACCEPT && iptables -N theirs && iptables -A theirs -p tcp --dport 9 -j DROP");
            List<String> before = rules.all();
            List<String> hostBefore = inputAndOutput(host);

            try (Injection cut = faultline.inject(Partition.of(peer.target()))) {
                assertThatThrownBy(peer::connectDirectly).isInstanceOf(SocketTimeoutException.class);
                assertThat(rules.ours()).isNotEmpty();
                assertThat(host.oursAt(List.of(peer))).isNotEmpty();
                assertThat(cut.evidence().bit()).isTrue();
            }

            assertThat(rules.all()).isEqualTo(before);
            assertThat(host.oursAt(List.of(peer))).isEmpty();
            assertThat(inputAndOutput(host)).isEqualTo(hostBefore);
        }
    }

    /** Others' rules in the chains that we jump from; what other tests have Docker change meanwhile is in chains of its own. */
    private static List<String> inputAndOutput(Rules rules) {
        return rules.all().stream()
                .filter(line -> line.matches(".* -A (INPUT|OUTPUT|FORWARD) .*") && !line.contains("FAULTLINE"))
                .toList();
    }

    private static String eventually(Line line) throws Exception {
        for (int i = 0; i < 20; i++) {
            String received = line.receive();
            if (!received.isEmpty()) {
                return received;
            }
        }
        return "";
    }
}
