package io.faultline.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestedFilterTest {

    @ParameterizedTest
    @CsvSource({
        "auto, AUTO, false",
        "nftables, NFTABLES, false",
        "iptables, IPTABLES, true",
        "iptables-nft, IPTABLES_NFT, true",
        "iptables-legacy, IPTABLES_LEGACY, true"
    })
    void isReadByItsName(String name, RequestedFilter filter, boolean isIptables) {
        assertThat(RequestedFilter.of(name)).isEqualTo(filter);
        assertThat(filter.isIptables()).isEqualTo(isIptables);
    }

    @Test
    void isTheBestThatTheKernelHasUnlessAnotherIsNamed() {
        assertThat(RequestedFilter.read()).isEqualTo(RequestedFilter.AUTO);
    }

    @Test
    void namesAllThatThereAreWhereItIsNoneOfThem() {
        assertThatThrownBy(() -> RequestedFilter.of("nft"))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "Invalid packet filter \"nft\" in the property faultline.packet-filter. Set it to one of auto, "
                                + "nftables, iptables, iptables-nft, iptables-legacy, or remove it.");
    }
}
