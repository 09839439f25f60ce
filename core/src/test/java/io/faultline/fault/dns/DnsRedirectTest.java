package io.faultline.fault.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Command;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Readings;
import io.faultline.effect.Responder;
import io.faultline.effect.Responder.Answer;
import io.faultline.effect.Script;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.world.Told;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DnsRedirectTest {

    private static final String TAG = "FAULTLINE-0a1b2c3d-7";
    private static final Instant EXPIRY = Instant.parse("2026-11-23T04:05:06Z");
    private static final Responder NXDOMAIN = new Responder(Answer.NXDOMAIN, List.of("db"), List.of());

    @Test
    void standsAboveAllOthersInBothFamiliesAndSparesWhatItsResponderAsks() {
        Script script = redirect(100, Expiry.IPSET, true).script(TAG, EXPIRY);

        assertThat(script.responder()).contains(NXDOMAIN);
        assertThat(script.prepare().get(1))
                .containsExactly(new Command("iptables-nft", """
                        *nat
                        :FAULTLINE-0a1b2c3d-7-o - [0:0]
                        -A FAULTLINE-0a1b2c3d-7-o -p udp -j REDIRECT --to-ports {responder port}
                        -A FAULTLINE-0a1b2c3d-7-o -p tcp -j REDIRECT --to-ports {responder port}
                        -I OUTPUT 1 -p udp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7-o
                        -I OUTPUT 1 -p tcp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7-o
                        COMMIT
                        """), new Command("ip6tables-nft", """
                        *nat
                        :FAULTLINE-0a1b2c3d-7-o - [0:0]
                        -A FAULTLINE-0a1b2c3d-7-o -p udp -j REDIRECT --to-ports {responder port}
                        -A FAULTLINE-0a1b2c3d-7-o -p tcp -j REDIRECT --to-ports {responder port}
                        -I OUTPUT 1 ! -d fe80::/10 -p udp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set FAULTLINE-0a1b2c3d-7-6 dst -j FAULTLINE-0a1b2c3d-7-o
                        -I OUTPUT 1 ! -d fe80::/10 -p tcp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set FAULTLINE-0a1b2c3d-7-6 dst -j FAULTLINE-0a1b2c3d-7-o
                        COMMIT
                        """));
        assertThat(script.undo().get(0).get(0)).isEqualTo(new Command("iptables-nft", """
                        *nat
                        -D OUTPUT -p udp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7-o
                        -D OUTPUT -p tcp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7-o
                        -F FAULTLINE-0a1b2c3d-7-o
                        -X FAULTLINE-0a1b2c3d-7-o
                        COMMIT
                        """));
        assertThat(script.counters())
                .containsExactly(
                        new Command("iptables-nft-nat-counters", ""), new Command("ip6tables-nft-nat-counters", ""));
    }

    @Test
    void canBeLiftedAndExpiresOnlyWhereThereAreSets() {
        assertThat(redirect(100, Expiry.IPSET, true).script(TAG, EXPIRY)).matches(Script::canBeLifted);
        assertThat(redirect(100, Expiry.IPSET, true).script(TAG, EXPIRY).expires())
                .isTrue();

        Script dated = redirect(100, Expiry.DATESTOP, false).script(TAG, EXPIRY);
        assertThat(dated.canBeLifted()).isFalse();
        assertThat(dated.responder()).contains(NXDOMAIN);
        assertThat(dated.prepare().get(0))
                .singleElement()
                .extracting(Command::input)
                .asString()
                .contains("--mark 0xfa17 -m time --datestop 2026-11-23T04:05:06 -j FAULTLINE-0a1b2c3d-7-o\n");
        assertThat(redirect(100, Expiry.NONE, false)
                        .script(TAG, EXPIRY)
                        .prepare()
                        .get(0)
                        .get(0)
                        .input())
                .contains("--mark 0xfa17 -j FAULTLINE-0a1b2c3d-7-o\n");
    }

    @Test
    void countsWhatItsResponderMet() {
        assertThat(redirect(100, Expiry.IPSET, true).evidence(TAG, Told.done(3, 7)))
                .containsExactly(new Count(Leg.Kind.CONTAINER, Direction.OUT, EvidenceUnit.FAILED, 3, 7));
    }

    @Test
    void isIntactOnlyWithItsRulesInBothFamiliesAndALivingResponder() {
        DnsRedirect redirect = redirect(100, Expiry.IPSET, true);
        String whole = """
                :FAULTLINE-0a1b2c3d-7-o - [0:0]
                [0:0] -A OUTPUT -p tcp -m tcp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7-o
                [6:3] -A OUTPUT -p udp -m udp --dport 53 -m mark ! --mark 0xfa17 -m set --match-set FAULTLINE-0a1b2c3d-7-4 dst -j FAULTLINE-0a1b2c3d-7-o
                [6:3] -A FAULTLINE-0a1b2c3d-7-o -p udp -j REDIRECT --to-ports 40311
                [0:0] -A FAULTLINE-0a1b2c3d-7-o -p tcp -j REDIRECT --to-ports 40311
                """;
        Readings alive = Told.done(0, 0);

        assertThat(redirect.isIntact(TAG, Told.and(alive, whole, whole))).isTrue();
        assertThat(redirect.isIntact(TAG, Told.and(alive, whole, whole.replaceFirst("OUTPUT", "X"))))
                .isFalse();
        assertThat(redirect.isIntact(TAG, Told.and(alive, whole.replace("-A FAULTLINE", "-A X"), whole)))
                .isFalse();
        assertThat(redirect.isIntact(TAG, Told.and(alive, whole))).isFalse();
        assertThat(redirect.isIntact(TAG, Told.printed(whole, whole))).isFalse();
        assertThat(redirect.isIntact(TAG, Told.and(Told.flawed(0, 0, "the responder is dead: x"), whole, whole)))
                .isFalse();
    }

    @Test
    void letsNoOtherResponderIntoTheSameNamespace() {
        DnsRedirect redirect = redirect(100, Expiry.IPSET, true);

        assertThat(redirect.overlaps(redirect(100, Expiry.NONE, true))).isTrue();
        assertThat(redirect.overlaps(redirect(101, Expiry.IPSET, true))).isFalse();
    }

    @Test
    void isOnNobodysWayToTheTarget() {
        assertThat(redirect(100, Expiry.IPSET, true).hits(new Hop(Leg.Kind.CONTAINER, 53)))
                .isFalse();
    }

    @Test
    void becomesAnotherAnswerWithoutACommand() {
        DnsRedirect redirect = redirect(100, Expiry.IPSET, true);
        Responder silent = new Responder(Answer.SILENCE, List.of(), List.of());

        assertThat(redirect.retune(TAG, new DnsRedirect("app", redirect.namespace(), redirect.filter(), silent)))
                .isEmpty();
        assertThatThrownBy(() -> redirect.retune(TAG, redirect(101, Expiry.IPSET, true)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static DnsRedirect redirect(long inode, Expiry expiry, boolean ipv6) {
        return new DnsRedirect(
                "app", new NetworkNamespace(inode, 1), new PacketFilter(Flavour.NFT, ipv6, expiry, true), NXDOMAIN);
    }
}
