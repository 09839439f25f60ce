package io.faultline.fault.dns;

import static io.faultline.world.Written.order;
import static io.faultline.world.Written.verb;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Responder;
import io.faultline.effect.Responder.Answer;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.world.Told;
import java.util.List;
import org.junit.jupiter.api.Test;

class DnsRedirectTest {

    private static final Responder NXDOMAIN = new Responder(Answer.NXDOMAIN, List.of("db"), List.of());

    @Test
    void tellsTheAgentWhatToAnswer() {
        DnsRedirect redirect = redirect(100, Expiry.LEASE, true);

        assertThat(verb(redirect)).isEqualTo("dns");
        assertThat(order(redirect))
                .hasToString(
                        "{\"filter\":{\"flavour\":\"nftables\",\"ipv6\":true,\"expiry\":\"LEASE\",\"silent\":true},"
                                + "\"answer\":\"NXDOMAIN\",\"names\":[\"db\"],\"addresses\":[]}");
    }

    @Test
    void countsWhatItsResponderMet() {
        assertThat(redirect(100, Expiry.LEASE, true).evidence(Told.done(3, 7)))
                .containsExactly(new Count(Leg.Kind.CONTAINER, Direction.OUT, EvidenceUnit.FAILED, 3, 7));
    }

    @Test
    void letsNoOtherResponderIntoTheSameNamespace() {
        DnsRedirect redirect = redirect(100, Expiry.LEASE, true);

        assertThat(redirect.overlaps(redirect(100, Expiry.NONE, true))).isTrue();
        assertThat(redirect.overlaps(redirect(101, Expiry.LEASE, true))).isFalse();
    }

    @Test
    void isOnNobodysWayToTheTarget() {
        assertThat(redirect(100, Expiry.LEASE, true).hits(new Hop(Leg.Kind.CONTAINER, 53)))
                .isFalse();
    }

    @Test
    void becomesAnotherAnswerInTheSameNamespace() {
        DnsRedirect redirect = redirect(100, Expiry.LEASE, true);
        Responder silent = new Responder(Answer.SILENCE, List.of(), List.of());

        assertThat(redirect.canBecome(new DnsRedirect("app", redirect.namespace(), redirect.filter(), silent)))
                .isTrue();
        assertThat(redirect.canBecome(redirect(101, Expiry.LEASE, true))).isFalse();
    }

    private static DnsRedirect redirect(long inode, Expiry expiry, boolean ipv6) {
        return new DnsRedirect(
                "app",
                new NetworkNamespace(inode, 1),
                new PacketFilter(Flavour.NFTABLES, ipv6, expiry, true),
                NXDOMAIN);
    }
}
