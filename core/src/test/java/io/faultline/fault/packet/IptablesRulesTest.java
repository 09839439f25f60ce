package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.Ports;
import io.faultline.effect.Ports.Side;
import io.faultline.fault.packet.IptablesRules.Family;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How iptables matches ports; {@link PacketRulesTest} has whole tables. */
class IptablesRulesTest {

    @Test
    void ofEverythingChoosesNothing() {
        assertThat(arriving(Ports.ALL, Family.IPV4)).containsExactly("");
        assertThat(leaving(Ports.ALL, Family.IPV4)).containsExactly("");
    }

    @Test
    void ofARangeMeansTcpAndUdp() {
        Ports ports = Ports.ALL.withRange(7000, 7009);

        assertThat(arriving(ports, Family.IPV4))
                .containsExactly("-p tcp --dport 7000:7009 ", "-p udp --dport 7000:7009 ");
        assertThat(leaving(ports, Family.IPV6))
                .containsExactly("-p tcp --sport 7000:7009 ", "-p udp --sport 7000:7009 ");
    }

    @Test
    void ofTheOtherSideAreTheSendersWhereWeReceive() {
        Ports ports = Ports.ALL.withTransport("tcp").withRange(5432, 5432).withSide(Side.OTHER);

        assertThat(arriving(ports, Family.IPV4)).containsExactly("-p tcp --sport 5432:5432 ");
        assertThat(leaving(ports, Family.IPV4)).containsExactly("-p tcp --dport 5432:5432 ");
    }

    @Test
    void ofEitherSideAreBoth() {
        Ports ports = Ports.ALL.withTransport("UDP").withRange(53, 53).withSide(Side.EITHER);

        assertThat(arriving(ports, Family.IPV4)).containsExactly("-p udp --dport 53:53 ", "-p udp --sport 53:53 ");
        assertThat(leaving(ports, Family.IPV4)).containsExactly("-p udp --sport 53:53 ", "-p udp --dport 53:53 ");
    }

    @Test
    void icmpIsThatOfTheFamily() {
        Ports icmp = Ports.ALL.withTransport("icmp");

        assertThat(arriving(icmp, Family.IPV4)).containsExactly("-p icmp ");
        assertThat(arriving(icmp, Family.IPV6)).containsExactly("-p ipv6-icmp ");
    }

    private static List<String> arriving(Ports ports, Family family) {
        return IptablesRules.services(ports, family, "--dport ", "--sport ");
    }

    private static List<String> leaving(Ports ports, Family family) {
        return IptablesRules.services(ports, family, "--sport ", "--dport ");
    }
}
