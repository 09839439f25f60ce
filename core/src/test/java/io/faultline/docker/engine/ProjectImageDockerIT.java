package io.faultline.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.world.Peer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProjectImageDockerIT {

    private final DockerEngine engine = DockerEngine.connect();

    @Test
    void saysWhatCouldNotBeBuiltAndWhatToDo() {
        assertThatThrownBy(() -> ProjectImage.build(engine, "faultline/test-broken", "/io/faultline/broken/"))
                .isInstanceOf(EngineException.class)
                .hasMessageMatching("(?s)Cannot build the image faultline/test-broken:[0-9a-f]{12} from "
                        + "debian:bookworm-slim: .* load it into this engine under that name\\.");
        assertThat(engine.client()
                        .listContainersCmd()
                        .withShowAll(true)
                        .withStatusFilter(List.of("exited"))
                        .exec())
                .noneMatch(container -> container.getCommand().contains("no such package"));
    }

    @Test
    void namesAnImageByItsContentAndBuildsItOnce() {
        String name = Peer.image();

        assertThat(name).matches("faultline/test-peer:[0-9a-f]{12}");
        assertThat(engine.hasImage(name)).isTrue();
        assertThat(Peer.image()).isEqualTo(name);
    }
}
