package io.faultline.fault;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.faultline.Faultline;
import io.faultline.fault.packet.PacketLoss;
import io.faultline.fault.packet.Partition;
import io.faultline.inject.Injection;
import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.junit.FaultlineTest;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** What a client sees of faults that begin later, come and go, grow, and end by themselves. */
@Testcontainers
@FaultlineTest
@Timeout(60)
class ScheduleDockerIT {

    @Container
    private final Peer peer = new Peer();

    @Test
    void harmsNobodyBeforeItsTimeAndEverybodyFromThenOn(Faultline faultline) throws Exception {
        try (Injection cut = faultline.inject(Partition.of(peer.target()).after(ofSeconds(2)))) {
            peer.connectDirectly().close();
            cut.awaitInForce();

            assertThatThrownBy(peer::connectDirectly).isInstanceOf(SocketTimeoutException.class);
        }
        peer.connectDirectly().close();
    }

    @Test
    void endsByItselfAndLeavesNothing(Faultline faultline) throws Exception {
        try (Rules rules = Rules.of(peer)) {
            Injection cut = faultline.inject(Partition.of(peer.target()).lasting(ofMillis(1500)));
            assertThatThrownBy(peer::connectDirectly).isInstanceOf(SocketTimeoutException.class);
            await().until(cut::isHealed);

            assertThat(rules.ours()).isEmpty();
            assertThat(cut.evidence().tookEffect()).isTrue();
            peer.connectDirectly().close();
        }
    }

    @Test
    void comesAndGoes(Faultline faultline) throws Exception {
        try (Injection cut = faultline.inject(Partition.of(peer.target()).pulse(ofSeconds(3), ofMillis(1500)))) {
            assertThat(connects()).isFalse();
            await().until(this::connects);
            await().until(() -> !connects());

            assertThat(cut.evidence().tookEffect()).isTrue(); // though it was lifted meanwhile
        }
        assertThat(faultline.journal().events()).extracting(Event::kind).contains(Kind.LIFTED);
    }

    @Test
    void growsUntilNothingGetsThrough(Faultline faultline) {
        try (Injection loss = faultline.inject(
                Ramp.of(1, 100, ofMillis(500), percent -> PacketLoss.random(peer.target(), percent)))) {
            await().until(() -> faultline.journal().events().stream()
                    .anyMatch(event -> event.text().contains("100 %")));

            assertThat(connects()).isFalse();
            assertThat(loss.evidence().tookEffect()).isTrue();
        }
        assertThat(connects()).isTrue();
    }

    private boolean connects() {
        try (Socket socket = peer.connectDirectly()) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
