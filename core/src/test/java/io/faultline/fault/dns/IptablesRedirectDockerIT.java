package io.faultline.fault.dns;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.agent.Answers.Tables;
import io.faultline.docker.engine.RequestedFilter;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same by iptables, where it is asked for. */
class IptablesRedirectDockerIT extends DnsRedirectDockerIT {

    @Override
    protected RequestedFilter requested() {
        return RequestedFilter.IPTABLES;
    }

    @ParameterizedTest
    @CsvSource({
        "IPTABLES_NFT, LEASE",
        "IPTABLES_NFT, DATESTOP",
        "IPTABLES_NFT, NONE",
        "IPTABLES_LEGACY, LEASE",
        "IPTABLES_LEGACY, DATESTOP",
        "IPTABLES_LEGACY, NONE"
    })
    void bitesAndHealsInEachFlavourThatThisKernelHas(Flavour flavour, Expiry expiry) throws Exception {
        Map<String, Tables> tables = run.agent().features().tables();
        Tables ipv4 = tables.get(flavour.wireName());
        assumeTrue(
                ipv4.redirect() && (expiry == Expiry.LEASE ? ipv4.ipset() : expiry != Expiry.DATESTOP || ipv4.time()),
                () -> "this kernel has no " + flavour + " with " + expiry);
        boolean ipv6 = tables.get(flavour.wireName().replace("ip", "ip6")).redirect();
        forced = Optional.of(new PacketFilter(flavour, ipv6, expiry, false));

        bitesAndHealsToExactlyTheStateBefore();
    }
}
