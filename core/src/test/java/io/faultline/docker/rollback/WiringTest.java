package io.faultline.docker.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WiringTest {

    private static final Wiring BEFORE = new Wiring(
            7,
            false,
            Map.of("back", Set.of("10.0.0.2"), "front", Set.of("10.1.0.2")),
            Map.of("6379/tcp", Set.of("0.0.0.0:32768"), "80/tcp", Set.of("127.0.0.1:8080")));

    @Test
    void tellsWhatIsOtherwiseAndNothingElse() {
        Wiring after = new Wiring(
                7,
                false,
                Map.of("back", Set.of("10.0.0.9"), "front", Set.of("10.1.0.2")),
                Map.of("6379/tcp", Set.of("0.0.0.0:32771"), "80/tcp", Set.of("127.0.0.1:8080")));

        assertThat(BEFORE.changes("\"redis\"", after))
                .containsExactly(
                        "address of \"redis\" on \"back\": 10.0.0.2 before, 10.0.0.9 now",
                        "published port 6379/tcp of \"redis\": 0.0.0.0:32768 before, 0.0.0.0:32771 now; Testcontainers' "
                                + "getMappedPort goes on telling the old one, ask Faultline.mappedPort");
        assertThat(BEFORE.changes("\"redis\"", BEFORE)).isEmpty();
    }

    @Test
    void countsThePublishedPlacesThatAreGone() {
        assertThat(BEFORE.places()).isEqualTo(2);
        assertThat(BEFORE.placesNotIn(BEFORE)).isZero();
        assertThat(BEFORE.placesNotIn(new Wiring(7, false, Map.of(), Map.of("80/tcp", Set.of("127.0.0.1:8080")))))
                .isEqualTo(1);
        assertThat(BEFORE.placesNotIn(Wiring.GONE)).isEqualTo(2);
    }
}
