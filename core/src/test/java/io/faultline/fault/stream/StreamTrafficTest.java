package io.faultline.fault.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.Command;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Readings;
import io.faultline.effect.Script;
import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic.Sign;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.world.ResolvedTargets;
import io.faultline.world.Told;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StreamTrafficTest {

    private static final String TAG = "FAULTLINE-0a1b2c3d-1";
    private static final PacketFilter FILTER = new PacketFilter(Flavour.NFT, false, Expiry.NONE, false);
    private static final String SAVED = """
            *filter
            [9:900] -A INPUT -p tcp -j FAULTLINE-0a1b2c3d-1-g
            [9:900] -A OUTPUT -p tcp -j FAULTLINE-0a1b2c3d-1-g
            [9:900] -A FAULTLINE-0a1b2c3d-1-g -j FAULTLINE-0a1b2c3d-1-c
            [3:300] -A FAULTLINE-0a1b2c3d-1-c -p tcp -m tcp --dport 8666 --tcp-flags PSH PSH
            [4:400] -A FAULTLINE-0a1b2c3d-1-c -p tcp -m tcp --sport 6379 --tcp-flags PSH PSH
            [5:500] -A FAULTLINE-0a1b2c3d-10-c -p tcp -m tcp --sport 6379 --tcp-flags PSH PSH
            COMMIT
            """;

    private final StreamTraffic data = traffic(Sign.DATA);

    @Test
    void countsInAChainThatIsReachedWhileItIsArmed() {
        Script script = data.script(TAG, Instant.EPOCH);

        assertThat(script.prepare()).containsExactly(List.of(tables("""
                :FAULTLINE-0a1b2c3d-1-g - [0:0]
                :FAULTLINE-0a1b2c3d-1-c - [0:0]
                -A FAULTLINE-0a1b2c3d-1-c -p tcp --dport 8666 --tcp-flags PSH PSH
                -A FAULTLINE-0a1b2c3d-1-c -p tcp --sport 6379 --tcp-flags PSH PSH
                -I INPUT -p tcp -j FAULTLINE-0a1b2c3d-1-g
                -I OUTPUT -p tcp -j FAULTLINE-0a1b2c3d-1-g
                """)));
        assertThat(script.arm()).containsExactly(tables("""
                :FAULTLINE-0a1b2c3d-1-g - [0:0]
                -A FAULTLINE-0a1b2c3d-1-g -j FAULTLINE-0a1b2c3d-1-c
                """));
        assertThat(script.disarm()).containsExactly(tables(":FAULTLINE-0a1b2c3d-1-g - [0:0]\n"));
        assertThat(script.undo()).containsExactly(List.of(tables("""
                -D INPUT -p tcp -j FAULTLINE-0a1b2c3d-1-g
                -D OUTPUT -p tcp -j FAULTLINE-0a1b2c3d-1-g
                -F FAULTLINE-0a1b2c3d-1-g
                -F FAULTLINE-0a1b2c3d-1-c
                -X FAULTLINE-0a1b2c3d-1-g
                -X FAULTLINE-0a1b2c3d-1-c
                """)));
        assertThat(script.counters()).containsExactly(new Command("iptables-nft-counters", ""));
    }

    @Test
    void readsItsOwnRulesInTheirOrder() {
        Readings saved = Told.printed(SAVED);

        assertThat(data.evidence(TAG, saved))
                .containsExactly(
                        new Count(Leg.Kind.STREAM, Direction.IN, EvidenceUnit.STREAMED, 3, 3),
                        new Count(Leg.Kind.STREAM, Direction.OUT, EvidenceUnit.STREAMED, 4, 4));
        assertThat(data.isIntact(TAG, saved)).isTrue();
    }

    @Test
    void missesAJumpOrARuleThatIsGone() {
        for (String gone : List.of("[9:900] -A OUTPUT", "[4:400]")) {
            String rest = SAVED.replaceAll("(?m)^" + java.util.regex.Pattern.quote(gone) + ".*\n", "");
            assertThat(data.isIntact(TAG, Told.printed(rest))).isFalse();
        }
    }

    @Test
    void countsWhatTellsClientsThatTheirConnectionEnded() {
        String rules = traffic(Sign.ENDED).script(TAG, Instant.EPOCH).prepare().toString();

        assertThat(rules).contains("--sport 8666 --tcp-flags RST RST", "--sport 8666 --tcp-flags FIN FIN");
    }

    private static StreamTraffic traffic(Sign sign) {
        return new StreamTraffic(
                ResolvedTargets.stream(ResolvedTargets.TARGET, 6379),
                FILTER,
                Set.of(Way.UPSTREAM, Way.DOWNSTREAM),
                Set.of(sign));
    }

    private static Command tables(String rules) {
        return new Command("iptables-nft", "*filter\n" + rules + "COMMIT\n");
    }
}
