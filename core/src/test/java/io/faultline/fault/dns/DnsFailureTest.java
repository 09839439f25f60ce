package io.faultline.fault.dns;

import static io.faultline.world.ResolvedTargets.TARGET;
import static io.faultline.world.ResolvedTargets.redis;
import static io.faultline.world.ResolvedTargets.resolved;
import static io.faultline.world.ResolvedTargets.topology;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Responder;
import io.faultline.effect.Responder.Answer;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DnsFailureTest {

    private static final PacketFilter BEST = new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true);
    private static final PacketFilter NO_IPV6 = new PacketFilter(Flavour.NFTABLES, false, Expiry.LEASE, true);
    private static final DnsFailure ALL = DnsFailure.of(TARGET);

    @Test
    void leadsTheTargetsQueriesToAResponder() {
        Plan plan = ALL.nxdomain().forNames("db.example.com", "*.internal").plan(topology(BEST, redis()));

        assertThat(plan.bypasses()).isEmpty();
        assertThat(plan.effects())
                .containsExactly(new DnsRedirect(
                        "\"redis\"",
                        new NetworkNamespace(100, 100),
                        BEST,
                        new Responder(Answer.NXDOMAIN, List.of("db.example.com", "*.internal"), List.of())));
    }

    @Test
    void tellsWhatItDoes() {
        assertThat(ALL).hasToString("DnsFailure[\"redis\", no answer for every name]");
        assertThat(ALL.nxdomain().forNames("db")).hasToString("DnsFailure[\"redis\", NXDOMAIN for db]");
        assertThat(ALL.forNames("a", "*.b").servfail()).hasToString("DnsFailure[\"redis\", SERVFAIL for a, *.b]");
        assertThat(ALL.servfail().refused().forNames("a").forNames("b"))
                .hasToString("DnsFailure[\"redis\", REFUSED for b]");
        assertThat(ALL.forNames("a").wrongAddress("192.0.2.1", "2001:db8::1"))
                .hasToString("DnsFailure[\"redis\", the address 192.0.2.1, 2001:db8::1 for a]");
        assertThat(ALL.wrongAddress("192.0.2.1").noAnswer())
                .hasToString("DnsFailure[\"redis\", no answer for every name]");
    }

    @Test
    void takesNamesInAnyCaseWithOrWithoutTheDotAtTheEnd() {
        assertThat(ALL.forNames("DB.Example.", "db.example", "_sip._tcp.x", "*.SVC."))
                .hasToString("DnsFailure[\"redis\", no answer for db.example, _sip._tcp.x, *.svc]");
    }

    @Test
    void refusesAllThatAreNoNamesAtOnce() {
        String label = "a".repeat(64);
        String name = "a.".repeat(126) + "aa";

        assertThatThrownBy(
                        () -> ALL.forNames("*", "ok", "a..b", "a b", "", "*.*.x", "bücher.example", label, name, "."))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"*\" is not a name, \"a..b\" is not a name, \"a b\" is not a name, \"\" is not a name, "
                        + "\"*.*.x\" is not a name, \"bücher.example\" is not a name, \"" + label
                        + "\" is not a name, \""
                        + name + "\" is not a name, \".\" is not a name. Write names as db.example.com, *.internal for "
                        + "all below, xn--… for other scripts; and for every name leave out forNames(…).");
    }

    @Test
    void refusesAllThatAreNoAddressesAtOnce() {
        assertThatThrownBy(() ->
                        ALL.wrongAddress("db", "1.2.3", "1.2.3.256", "192.0.2.1", "fe80::1%eth0", "1::2::3", "[::1]"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"db\" is not an address, \"1.2.3\" is not an address, \"1.2.3.256\" is not an address, "
                        + "\"fe80::1%eth0\" is not an address, \"1::2::3\" is not an address, \"[::1]\" is not an "
                        + "address. Write literals, as 192.0.2.1 or 2001:db8::1.");
    }

    @Test
    void isImpossibleWithoutWhatItNeedsOfTheKernel() {
        Topology without = new Topology(
                List.of(redis()), new KernelFeatures("6.1.0", Optional.of(BEST), Set.of(Feature.REDIRECT)));

        assertThatThrownBy(() -> ALL.plan(without))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContainingAll("DnsFailure[\"redis\"", "has no nf_conntrack_netlink");
    }

    @Test
    void isImpossibleIfQueriesCouldGetAroundItOverIpv6() {
        Topology dual = topology(NO_IPV6, resolved(TARGET, 100, Set.of("net"), List.of("172.18.0.2", "fd00::2")));
        Topology link = topology(NO_IPV6, resolved(TARGET, 100, Set.of("net"), List.of("172.18.0.2", "fe80::2")));

        assertThatThrownBy(() -> ALL.plan(dual))
                .isInstanceOf(ImpossibleFaultException.class)
                .hasMessageContaining("queries over IPv6 would get around it");
        assertThat(ALL.plan(link).effects()).hasSize(1);
    }
}
