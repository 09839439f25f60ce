package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.packet.PacketAction.LostAtRandom;
import io.faultline.fault.packet.PacketAction.LostByPattern;
import io.faultline.fault.packet.PacketOrder.Action;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketActionTest {

    @Test
    void isToldToTheAgentByItsKindAndHowMuch() {
        assertThat(Action.of(new PacketAction.Dropped())).isEqualTo(new Action("DROP", 0, 0, List.of()));
        assertThat(Action.of(new PacketAction.Rejected())).isEqualTo(new Action("REJECT", 0, 0, List.of()));
        assertThat(Action.of(new PacketAction.Reset())).isEqualTo(new Action("RESET", 0, 0, List.of()));
        assertThat(Action.of(new LostAtRandom(0.125))).isEqualTo(new Action("LOSE", 0.125, 0, List.of()));
        assertThat(Action.of(new LostByPattern(10, List.of(7, 3)))).isEqualTo(new Action("LOSE", 0, 10, List.of(3, 7)));
    }

    @Test
    void losesByChance() {
        assertThat(new LostAtRandom(0.125).describe()).isEqualTo("lose 12.5 % of");
    }

    @Test
    void aSeedGivesTheSamePositionsEachTimeAndOthersThanAnotherSeed() {
        assertThat(LostByPattern.seeded(10, 1)).isEqualTo(LostByPattern.seeded(10, 1));
        assertThat(LostByPattern.seeded(10, 1)).isNotEqualTo(LostByPattern.seeded(10, 2));
        assertThat(LostByPattern.seeded(3, 1).describe()).matches("lose \\d+, \\d+, \\d+ of every 100 packets of");
        assertThat(LostByPattern.seeded(6, 1).describe()).contains(", … of every 100");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.01, 1e-9, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesALossThatTheKernelCannotDraw(double probability) {
        assertThatThrownBy(() -> new LostAtRandom(probability))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("A loss of ")
                .hasMessageEndingWith(" % cannot be had: name 0.000001 to 100 %.");
    }

    @Test
    void refusesAPatternThatIsNone() {
        assertThatThrownBy(() -> LostByPattern.seeded(0, 1)).hasMessageEndingWith("name 1 to 100 %.");
        assertThatThrownBy(() -> LostByPattern.seeded(101, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LostByPattern(0, List.of(0)))
                .hasMessage("There is no loss of one in 0 packets: name 1 for each, 2 for each second one.");
        assertThatThrownBy(() -> new LostByPattern(5, List.of(6)))
                .hasMessage(
                        "Of every 5 packets the ones numbered [6] cannot be lost: name at least one, each from 1 to 5.");
        assertThatThrownBy(() -> new LostByPattern(5, List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
