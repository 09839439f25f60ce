package io.faultline.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClientNetworkTest {

    @Test
    void hasItsAddressesHoweverTheyAreWritten() {
        ClientNetwork network = network(1, true, "172.17.0.3", "fd00:0:0:0:0:0:0:3");

        assertThat(network.has("172.17.0.3", 2)).isTrue();
        assertThat(network.has("fd00::3", 2)).isTrue();
        assertThat(network.has("fd00::4", 2)).isFalse();
    }

    @Test
    void hasLoopbackInItsOwnNamespaceAloneAndNoAddressOfOneLink() {
        ClientNetwork network = network(1, false, "127.0.0.1", "::1", "fe80::3");

        assertThat(network.has("127.0.0.1", 1)).isTrue();
        assertThat(network.has("::1", 1)).isTrue();
        assertThat(network.has("127.0.0.1", 2)).isFalse();
        assertThat(network.has("fe80::3", 1)).isFalse();
    }

    @Test
    void isItsOwnAndHasAnAddressIfThatWasSoAllTheTime() {
        ClientNetwork before = network(1, true, "172.17.0.3", "10.0.0.3");
        ClientNetwork later = before.and(network(1, true, "172.17.0.3", "10.0.0.4"));

        assertThat(later.isOwn()).isTrue();
        assertThat(later.has("172.17.0.3", 1)).isTrue();
        assertThat(later.has("10.0.0.3", 1)).isFalse();
        assertThat(later.has("10.0.0.4", 1)).isFalse();
        assertThat(before.and(network(1, false, "172.17.0.3")).isOwn()).isFalse();
        assertThat(network(1, false, "172.17.0.3").and(before).isOwn()).isFalse();
        assertThat(before.and(network(2, true, "172.17.0.3")).isOwn()).isFalse();
    }

    @Test
    void readsNoNames() {
        assertThatThrownBy(() -> ClientNetwork.address("no address")).isInstanceOf(IllegalArgumentException.class);
    }

    private static ClientNetwork network(long inode, boolean isOwn, String... addresses) {
        return new ClientNetwork(
                inode, Stream.of(addresses).map(ClientNetwork::address).collect(Collectors.toSet()), isOwn, 32768);
    }
}
