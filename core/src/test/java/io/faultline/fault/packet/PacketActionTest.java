package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.packet.IptablesRules.Family;
import io.faultline.fault.packet.PacketAction.LostAtRandom;
import io.faultline.fault.packet.PacketAction.LostByPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketActionTest {

    private static final Pattern NTH = Pattern.compile(".* --every (\\d+) --packet (\\d+) -j DROP");

    @Test
    void refusalsGetThroughAndOnlyOneOfThemIsAReset() {
        assertThat(PacketActionRules.rules(new PacketAction.Reset(), Family.IPV4, "DROP"))
                .containsExactly(
                        "-p tcp --tcp-flags RST RST -j RETURN",
                        "-p icmp --icmp-type destination-unreachable -j RETURN",
                        "-d 224.0.0.0/4 -j DROP",
                        "-p tcp -j REJECT --reject-with tcp-reset",
                        "-j REJECT --reject-with icmp-port-unreachable");
        assertThat(PacketActionRules.rules(new PacketAction.Rejected(), Family.IPV6, "DROP"))
                .containsExactly(
                        "-p ipv6-icmp --icmpv6-type neighbour-solicitation -j RETURN",
                        "-p ipv6-icmp --icmpv6-type neighbour-advertisement -j RETURN",
                        "-p tcp --tcp-flags RST RST -j RETURN",
                        "-p ipv6-icmp --icmpv6-type destination-unreachable -j RETURN",
                        "-d ff00::/8 -j DROP",
                        "-j REJECT --reject-with icmp6-port-unreachable");
    }

    @Test
    void losesByChance() {
        assertThat(PacketActionRules.rules(new LostAtRandom(0.125), Family.IPV4, "DROP"))
                .containsExactly(
                        "-d 224.0.0.0/4 -j RETURN", "-m statistic --mode random --probability 0.12500000 -j DROP");
        assertThat(new LostAtRandom(0.125).describe()).isEqualTo("lose 12.5 % of");
    }

    @Test
    void losesByPatternWithOneCounterForEachPosition() {
        assertThat(PacketActionRules.rules(new LostByPattern(10, List.of(7, 3)), Family.IPV4, "DROP"))
                .containsExactly(
                        "-d 224.0.0.0/4 -j RETURN",
                        "-m statistic --mode nth --every 10 --packet 2 -j DROP",
                        "-m statistic --mode nth --every 9 --packet 5 -j DROP");
    }

    /** Plays the rules as the kernel does: each has a counter of its own, and sees what those before it let pass. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 37, 99, 100})
    void losesExactlyThePositionsOfThePatternInEveryRound(int percent) {
        LostByPattern pattern = LostByPattern.seeded(percent, 4711);
        List<int[]> counters = new ArrayList<>();
        for (String rule : PacketActionRules.rules(pattern, Family.IPV4, "DROP")) {
            Matcher nth = NTH.matcher(rule);
            if (nth.matches()) {
                int last = Integer.parseInt(nth.group(1)) - 1;
                counters.add(new int[] {last, last - Integer.parseInt(nth.group(2))});
            }
        }

        for (int round = 0; round < 3; round++) {
            assertThat(IntStream.rangeClosed(1, 100)
                            .filter(packet -> isLost(counters))
                            .boxed())
                    .hasSize(percent)
                    .containsExactlyElementsOf(pattern.positions());
        }
    }

    private static boolean isLost(List<int[]> counters) {
        for (int[] counter : counters) {
            counter[1] = counter[1] == counter[0] ? 0 : counter[1] + 1;
            if (counter[1] == 0) {
                return true;
            }
        }
        return false;
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
