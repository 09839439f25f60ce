package io.faultline.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Ports.Side;
import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void sayWhichOnesTheyAre() {
        assertThat(Ports.ALL).hasToString("everything");
        assertThat(Ports.ALL.withRange(7000, 7009)).hasToString("ports 7000-7009");
        assertThat(Ports.ALL.withTransport("tcp").withRange(5432, 5432).withSide(Side.OTHER))
                .hasToString("tcp port 5432");
    }

    @Test
    void refusesWhatIsNoPort() {
        assertThatThrownBy(() -> Ports.ALL.withRange(0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no port 0: ports are 1 to 65535.");
        assertThatThrownBy(() -> Ports.ALL.withRange(9, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There are no ports 9-3: a range needs 1 <= first <= last <= 65535.");
        assertThatThrownBy(() -> Ports.ALL.withRange(1, 65536)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesPortsOfAProtocolWithoutPortsInWhateverOrder() {
        String message = "Protocol icmp has no ports. Leave out the ports, or name one of [tcp, udp, sctp].";

        assertThatThrownBy(() -> Ports.ALL.withTransport("icmp").withRange(1, 1))
                .hasMessage(message);
        assertThatThrownBy(() -> Ports.ALL.withRange(1, 1).withTransport("icmp"))
                .hasMessage(message);
    }

    @Test
    void refusesAProtocolThatItDoesNotKnowBeforeItReachesIptables() {
        assertThatThrownBy(() -> Ports.ALL.withTransport("tcp -j ACCEPT\n-F"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("There is no protocol \"tcp -j accept\n-f\"")
                .hasMessageEndingWith("Name one of [tcp, udp, sctp, icmp], or none for every protocol.");
    }

    @Test
    void overlapUnlessProtocolsOrRangesOfOneSideKeepThemApart() {
        Ports tcp = Ports.ALL.withTransport("tcp");
        Ports low = Ports.ALL.withRange(1, 1023);
        Ports high = Ports.ALL.withRange(1024, 65535);

        assertThat(tcp.overlaps(Ports.ALL.withTransport("udp"))).isFalse();
        assertThat(tcp.overlaps(Ports.ALL)).isTrue();
        assertThat(low.overlaps(high)).isFalse();
        assertThat(low.overlaps(low.withRange(1023, 1023))).isTrue();
        assertThat(low.overlaps(Ports.ALL)).isTrue();
        assertThat(low.withSide(Side.EITHER).overlaps(high)).isFalse();
        assertThat(low.overlaps(high.withSide(Side.OTHER))).isTrue(); // from one of the target's to one of the other's
    }

    @Test
    void includesTheTargetsOwnPortsOnlyWhereThoseAreMeant() {
        Ports ports = Ports.ALL.withTransport("tcp").withRange(80, 90);

        assertThat(ports.includesOwn("tcp", 80)).isTrue();
        assertThat(ports.includesOwn("tcp", 91)).isFalse();
        assertThat(ports.includesOwn("udp", 80)).isFalse();
        assertThat(ports.withSide(Side.EITHER).includesOwn("tcp", 90)).isTrue();
        assertThat(ports.withSide(Side.OTHER).includesOwn("tcp", 80)).isFalse();
        assertThat(Ports.ALL.withSide(Side.OTHER).includesOwn("tcp", 80)).isTrue();
    }
}
