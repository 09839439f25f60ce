package io.faultline.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogTest {

    @Test
    void takesAllWhereNoneIsNamed() {
        assertThat(Catalog.named(List.of())).isEqualTo(Catalog.all()).isNotEmpty();
    }

    @Test
    void takesOneThatIsNamedTwiceOnce() {
        assertThat(Catalog.named(List.of("silent-partition", "silent-partition")))
                .hasSize(1);
    }

    @Test
    void suggestsTheNameThatWasMeant() {
        assertThatThrownBy(() -> Catalog.named(List.of("silent-partion")))
                .isInstanceOf(UnknownScenarioException.class)
                .hasMessage("No scenario is called \"silent-partion\" (there is: silent-partition, blocked-stdout, "
                        + "graceful-shutdown, shutdown-while-blocked, paused-dependency). "
                        + "Did you mean \"silent-partition\"?");
    }

    @Test
    void suggestsNothingForANameThatIsLikeNone() {
        assertThatThrownBy(() -> Catalog.named(List.of("x"))).message().doesNotContain("mean");
    }

    @ParameterizedTest
    @CsvSource({"abc,abc,0", "abc,axc,1", "abc,ab,1", "ab,xab,1", "kitten,sitting,3", "'',abc,3"})
    void measuresHowFarNamesAreApart(String one, String other, int distance) {
        assertThat(Catalog.distance(one, other)).isEqualTo(distance);
    }
}
