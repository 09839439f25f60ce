package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.Faultline;
import io.faultline.inject.Injection;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** What others have in the packet filter of a target's namespace is left byte for byte as it was, as nft lists it. */
@Testcontainers
class ForeignTablesDockerIT {

    /** Of the names that iptables uses, and without the chains that it would take for granted. */
    private static final String WITHOUT_BASE_CHAINS = """
            table ip filter {
              set theirs { type ipv4_addr; elements = { 192.0.2.7 }; }
              chain helper { ip saddr 192.0.2.9 counter drop; }
            }
            table ip6 filter { chain helper { ip6 saddr 2001:db8::1 drop; }; }
            table ip nat { chain helper { ip daddr 192.0.2.1 accept; }; }
            table inet other { chain quiet { tcp dport 9 accept; }; }
            """;

    private static final String WITH_SOME = """
            table ip filter {
              chain INPUT { type filter hook input priority filter; policy accept; }
              chain OUTPUT { type filter hook output priority filter; policy accept; ip daddr 192.0.2.9 counter drop; }
            }
            """;

    @Container
    private final Peer peer = new Peer();

    @ParameterizedTest
    @ValueSource(strings = {"", WITHOUT_BASE_CHAINS, WITH_SOME})
    void isWhatItWas(String theirs) throws Exception {
        try (Rules rules = Rules.of(peer);
                Faultline faultline = Faultline.open()) {
            assumeTrue(rules.iptables().equals("iptables-nft"), "this kernel has no nf_tables");
            rules.run("nft flush ruleset; echo '" + theirs + "' | nft -f -");
            String before = rules.run("nft list ruleset");

            try (Injection cut = faultline.inject(Partition.of(peer.target()))) {
                assertThat(rules.run("nft list ruleset")).contains("FAULTLINE");
                assertThat(peer.pings(peer.gateway())).isFalse();
                assertThat(cut.evidence().tookEffect()).isTrue();
            }
            assertThat(rules.run("nft list ruleset")).isEqualTo(before);
        }
    }

    @Test
    void isNotTouchedUntilTheLastOfSeveralFaultsIsHealed() throws Exception {
        try (Rules rules = Rules.of(peer);
                Faultline faultline = Faultline.open()) {
            assumeTrue(rules.iptables().equals("iptables-nft"), "this kernel has no nf_tables");
            rules.run("nft flush ruleset; echo '" + WITHOUT_BASE_CHAINS + "' | nft -f -");
            String before = rules.run("nft list ruleset");

            // Nobody sends anything: it is the tables that are looked at.
            Injection first =
                    faultline.inject(Partition.of(peer.target()).port(9)).allowNoEffect();
            Injection second = faultline
                    .inject(Partition.of(peer.target()).port(Peer.PORT))
                    .allowNoEffect();
            first.heal();
            assertThat(rules.run("nft list ruleset")).contains("FAULTLINE");
            second.heal();
            assertThat(first.evidence().invalidated()).isEmpty();
            assertThat(second.evidence().invalidated()).isEmpty();

            assertThat(rules.run("nft list ruleset")).isEqualTo(before);
        }
    }
}
