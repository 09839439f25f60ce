package io.faultline.scenario.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerReferenceTest {

    private static final Candidate WEB =
            new Candidate("abcd12", "shop-web-1", "running", Map.of(Candidate.SERVICE, "web", "tier", "front=1"));
    private static final Candidate TWIN =
            new Candidate("abcd34", "shop-web-2", "running", Map.of(Candidate.SERVICE, "web"));
    private static final Candidate OLD = new Candidate("ef0123", "old", "exited", Map.of(Candidate.SERVICE, "web"));
    private static final List<Candidate> ALL = List.of(WEB, TWIN, OLD);

    private static Candidate one(String text) {
        return new ContainerReference(text).among(ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop-web-1", "abcd1", "label=tier=front=1"})
    void meansAContainerByNameIdOrLabel(String text) {
        assertThat(one(text)).isEqualTo(WEB);
    }

    @Test
    void listsThoseThatItMayMean() {
        assertThatExceptionOfType(BindingException.class)
                .isThrownBy(() -> one("label=com.docker.compose.service=web"))
                .withMessageContaining("matched 2 running containers: shop-web-1 (service web, running), shop-web-2");
        assertThatExceptionOfType(BindingException.class)
                .isThrownBy(() -> one("abcd"))
                .withMessageContaining("matched 2");
    }

    @Test
    void listsWhatRunsWhereItMeansNone() {
        assertThatExceptionOfType(BindingException.class)
                .isThrownBy(() -> one("shop-web"))
                .withMessageContaining("matched no container (running: shop-web-1 (service web, running)")
                .withMessageNotContaining("old");
    }

    @Test
    void refusesOneThatDoesNotRun() {
        assertThatExceptionOfType(BindingException.class)
                .isThrownBy(() -> one("old"))
                .withMessageContaining("does not run: old (service web, exited)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "label=", "label=tier", "label=tier="})
    void refusesWhatMeansNoContainer(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ContainerReference(text))
                .withMessageContaining("label=KEY=VALUE");
    }
}
