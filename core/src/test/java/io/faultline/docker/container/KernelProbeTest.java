package io.faultline.docker.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import io.faultline.agent.Answers.Features;
import io.faultline.agent.Answers.Nftables;
import io.faultline.agent.Answers.Tables;
import io.faultline.docker.engine.RequestedFilter;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelProbeTest {

    private static final Nftables ALL = new Nftables(true, true, true, true, true, true);
    private static final Nftables WITHOUT_LEASE = new Nftables(true, true, false, true, true, true);
    private static final Tables WORKS = new Tables(true, true, true, true, true, true);
    private static final Tables WITHOUT_SETS = new Tables(true, false, true, true, true, true);
    private static final Tables NOTHING = new Tables(false, false, false, false, false, false);

    @Test
    void prefersNftablesWhereTheKernelEndsItsRules() {
        Nftables notSilent = new Nftables(true, false, true, true, true, true);

        KernelFeatures kernel = kernel(notSilent, Map.of("nft", WORKS, "legacy", WORKS), RequestedFilter.AUTO);

        assertThat(kernel.packetFilter()).contains(new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, false));
        assertThat(kernel.features()).containsExactlyInAnyOrder(Feature.REJECT, Feature.STATISTIC, Feature.REDIRECT);
    }

    /** Kernels before 5.2 have no NAT in tables of both families. */
    @Test
    void prefersIptablesThatCanDoMore() {
        Nftables noRedirect = new Nftables(true, true, true, true, true, false);

        assertThat(chosen(noRedirect, Map.of("nft", WORKS), RequestedFilter.AUTO))
                .contains(new PacketFilter(Flavour.IPTABLES_NFT, true, Expiry.LEASE, true));
        KernelFeatures alone = kernel(noRedirect, Map.of(), RequestedFilter.AUTO);
        assertThat(alone.packetFilter()).contains(new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true));
        assertThat(alone.features()).containsExactlyInAnyOrder(Feature.REJECT, Feature.STATISTIC);
    }

    @Test
    void prefersIptablesWithALeaseToNftablesWithout() {
        Map<String, Tables> tables = Map.of("nft", WITHOUT_SETS, "legacy", WORKS);

        assertThat(chosen(WITHOUT_LEASE, tables, RequestedFilter.AUTO))
                .contains(new PacketFilter(Flavour.IPTABLES_LEGACY, true, Expiry.LEASE, true));
        assertThat(chosen(WITHOUT_LEASE, Map.of(), RequestedFilter.AUTO))
                .contains(new PacketFilter(Flavour.NFTABLES, true, Expiry.NONE, true));
    }

    @Test
    void choosesAmongTheFlavoursOfIptablesByExpiryThenNft() {
        assertThat(chosen(null, Map.of("nft", WORKS, "legacy", WORKS), RequestedFilter.AUTO))
                .contains(new PacketFilter(Flavour.IPTABLES_NFT, true, Expiry.LEASE, true));
        assertThat(chosen(null, Map.of("nft", WITHOUT_SETS, "legacy", WORKS), RequestedFilter.AUTO))
                .contains(new PacketFilter(Flavour.IPTABLES_LEGACY, true, Expiry.LEASE, true));
        assertThat(chosen(null, Map.of("nft", WITHOUT_SETS), RequestedFilter.AUTO))
                .contains(new PacketFilter(Flavour.IPTABLES_NFT, true, Expiry.DATESTOP, true));
        assertThat(chosen(null, Map.of(), RequestedFilter.AUTO)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO, NFTABLES",
        "NFTABLES, NFTABLES",
        "IPTABLES, IPTABLES_NFT",
        "IPTABLES_NFT, IPTABLES_NFT",
        "IPTABLES_LEGACY, IPTABLES_LEGACY"
    })
    void choosesOnlyWhatIsAskedFor(RequestedFilter requested, Flavour flavour) {
        assertThat(chosen(ALL, Map.of("nft", WORKS, "legacy", WORKS), requested).map(PacketFilter::flavour))
                .contains(flavour);
    }

    @ParameterizedTest
    @CsvSource({"NFTABLES", "IPTABLES_LEGACY"})
    void hasNoneWhereWhatIsAskedForDoesNotWork(RequestedFilter requested) {
        assertThat(chosen(null, Map.of("nft", WORKS, "legacy", NOTHING), requested))
                .isEmpty();
    }

    @Test
    void canDoWithoutIptablesIfNftablesDoesAllThatItCould() {
        assertThat(KernelProbe.hasNftables(tried(ALL, Map.of()))).isTrue();
        assertThat(KernelProbe.hasNftables(tried(WITHOUT_LEASE, Map.of()))).isFalse();
        assertThat(KernelProbe.hasNftables(tried(new Nftables(true, true, true, false, true, true), Map.of())))
                .isFalse();
        assertThat(KernelProbe.hasNftables(tried(new Nftables(true, true, true, true, false, true), Map.of())))
                .isFalse();
        assertThat(KernelProbe.hasNftables(tried(new Nftables(true, true, true, true, true, false), Map.of())))
                .isFalse();
        assertThat(KernelProbe.hasNftables(tried(new Nftables(false, true, true, true, true, true), Map.of())))
                .isFalse();
        assertThat(KernelProbe.hasNftables(tried(null, Map.of()))).isFalse();
    }

    @Test
    void readsWhatAnAgentWritesAlsoIfItDoesNotKnowNftables() {
        String answer =
                "\"tables\": {\"iptables-nft\": {\"drop\": true}}, \"silent\": [], \"shaping\": [], \"loads\": []}";
        String nftables = "{\"nftables\": {\"drop\": true, \"silent\": false, \"lease\": true, \"reject\": true, "
                + "\"loss\": true, \"redirect\": false}, ";
        Gson gson = new Gson();

        assertThat(gson.fromJson(nftables + answer, Features.class).nftables())
                .isEqualTo(new Nftables(true, false, true, true, true, false));
        assertThat(gson.fromJson("{" + answer, Features.class).nftables()).isNull();
    }

    private static Optional<PacketFilter> chosen(
            @Nullable Nftables nftables, Map<String, Tables> tables, RequestedFilter requested) {
        return kernel(nftables, tables, requested).packetFilter();
    }

    private static KernelFeatures kernel(
            @Nullable Nftables nftables, Map<String, Tables> tables, RequestedFilter requested) {
        return KernelProbe.features("6.1.0", tried(nftables, tables), requested);
    }

    /** With tables of both families alike, by the flavour of iptables. */
    private static Features tried(@Nullable Nftables nftables, Map<String, Tables> tables) {
        Map<String, Tables> all = new HashMap<>();
        tables.forEach((flavour, works) -> {
            all.put("iptables-" + flavour, works);
            all.put("ip6tables-" + flavour, works);
        });
        return new Features(
                nftables, all, List.copyOf(tables.keySet()), List.of(), false, false, false, false, List.of());
    }
}
