package io.faultline.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.observe.TcpSocket.Endpoint;
import io.faultline.world.Sockets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Looks at moments 100, 200, 300 …, each of which takes 10, at ports of the client and of others. */
class ClientPortsTest {

    private static final String ADDRESS = "172.17.0.1";

    private final ClientPorts ports = new ClientPorts();
    private long moment;

    @Test
    void hadAPortFromTheLookBeforeTheOneThatShowsItToTheOneThatDoesNot() {
        look();
        look(clients("0.0.0.0", 5));
        look(clients("0.0.0.0", 5));
        look();

        assertThat(hadAt(99)).isFalse();
        assertThat(hadAt(100)).isTrue();
        assertThat(hadAt(350)).isTrue();
        assertThat(hadAt(410)).isTrue();
        assertThat(hadAt(411)).isFalse();
    }

    @Test
    void hasAPortThatTheLastLookShows() {
        look(clients("::", 5));

        assertThat(hadAt(99)).isFalse();
        assertThat(hadAt(100)).isTrue();
        assertThat(hadAt(9999)).isTrue();
    }

    @Test
    void hasNoOtherPortAndNoOtherAddress() {
        look(clients("10.0.0.1", 5), clients("0.0.0.0", 6), others("0.0.0.0", 7));

        assertThat(ports.hadUdp("10.0.0.1", 5, 150)).isTrue();
        assertThat(ports.hadUdp(ADDRESS, 5, 150)).isFalse();
        assertThat(ports.hadUdp(ADDRESS, 6, 150)).isTrue();
        assertThat(ports.hadUdp(ADDRESS, 7, 150)).isFalse();
    }

    @Test
    void sharesAPortWithNobody() {
        look(clients("0.0.0.0", 5), others("10.0.0.1", 5));

        assertThat(hadAt(150)).isFalse();
    }

    @Test
    void hadItNoLongerThanItWasSeenIfSomebodyElseHasItThen() {
        look(clients("0.0.0.0", 5));
        look(clients("0.0.0.0", 5));
        look(others("0.0.0.0", 5));

        assertThat(hadAt(200)).isTrue();
        assertThat(hadAt(201)).isFalse();
    }

    @Test
    void hadItNoEarlierThanItIsSeenIfSomebodyElseHadItBefore() {
        look(others("0.0.0.0", 5));
        look(clients("0.0.0.0", 5));

        assertThat(hadAt(199)).isFalse();
        assertThat(hadAt(200)).isTrue();
    }

    @Test
    void hadItAgain() {
        look(clients("0.0.0.0", 5));
        look();
        look();
        look(clients("0.0.0.0", 5));

        assertThat(hadAt(210)).isTrue();
        assertThat(hadAt(250)).isFalse();
        assertThat(hadAt(300)).isTrue();
    }

    @Test
    void sawEachConnectionThatALookShows() {
        ports.look(100, Sockets.seen(110, Sockets.idle().from(ADDRESS, 5)));
        ports.look(200, Sockets.seen(210));

        assertThat(ports.sawConnection(new Endpoint(ADDRESS, 5))).isTrue();
        assertThat(ports.sawConnection(new Endpoint(ADDRESS, 6))).isFalse();
    }

    private boolean hadAt(long nanos) {
        return ports.hadUdp(ADDRESS, 5, nanos);
    }

    private void look(UdpSocket... sockets) {
        moment += 100;
        ports.look(moment, new SocketTable(List.of(), List.of(sockets), moment + 10));
    }

    private static UdpSocket clients(String address, int port) {
        return new UdpSocket(new Endpoint(address, port), port, true);
    }

    private static UdpSocket others(String address, int port) {
        return new UdpSocket(new Endpoint(address, port), port, false);
    }
}
