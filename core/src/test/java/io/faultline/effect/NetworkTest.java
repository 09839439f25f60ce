package io.faultline.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "10.1.2.3, 10.0.0.0/8, true",
        "10.0.0.0/8, 10.1.2.3, true",
        "10.0.0.0/9, 10.128.0.0/9, false",
        "10.9.9.9/8, 10.1.0.0/16, true",
        "0.0.0.0/0, 255.255.255.255, true",
        "fd00::/64, fd00::ffff, true",
        "fd00::/64, fd00:0:0:1::1, false",
        "fd00:0:0:0:0:0:0:3, fd00::3, true",
        "::/0, 10.1.2.3, false"
    })
    void overlapsWhereBothHoldAnAddress(String one, String other, boolean overlap) {
        assertThat(Network.parse(one).overlaps(Network.parse(other))).isEqualTo(overlap);
        assertThat(Network.parse(other).overlaps(Network.parse(one))).isEqualTo(overlap);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis",
                "",
                "10.0.0",
                "256.1.1.1",
                "010.0.0.1",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/+8",
                "10.0.0.0/-1",
                "10.0.0.1 ",
                "10.0.0.1\n-A INPUT",
                "10.0.0.0/8/8",
                "1::2::3",
                "fd00::/129",
                "[fd00::1]",
                "fe80::1%eth0",
                "::ffff:10.0.0.1",
                "10.0.0.1:80",
                ":",
                "12345::"
            })
    void refusesWhatIsNeitherAnAddressNorANetworkInOneOfItsUsualForms(String text) {
        assertThatThrownBy(() -> Network.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\" is neither an IP address nor a network. Write it as 192.0.2.7");
    }

    @Test
    void isLoopbackOnlyIfAllOfItIs() {
        assertThat(List.of("127.0.0.1", "127.0.0.11", "127.0.0.0/8", "127.1.0.0/16", "::1"))
                .allMatch(text -> Network.parse(text).isLoopback());
        assertThat(List.of("10.0.0.1", "126.0.0.0/7", "0.0.0.0/0", "::/0", "::2"))
                .noneMatch(text -> Network.parse(text).isLoopback());
    }

    @Test
    void noFaultIsTowardsLoopbackOrNobody() {
        assertThatThrownBy(() -> Peers.of(List.of("10.0.0.1", "127.0.0.11")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"127.0.0.11\" is loopback, which no fault on the network touches. Name an address on an "
                        + "interface, of a container or in the world.");
        assertThatThrownBy(() -> Peers.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("No address is named", "10.0.0.0/8");
    }
}
