package io.faultline;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.docker.DockerRun;
import io.faultline.junit.FaultlineTest;
import io.faultline.junit.Need;
import io.faultline.junit.Needs;
import io.faultline.terrain.KernelFeatures.Feature;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** That there is a kernel with netem at all: in strict mode this fails where there is none. */
@Tag("netem")
@FaultlineTest
@Needs(Need.NETEM)
class NetemDockerIT {

    @Test
    void isFoundByTheAgent() {
        try (DockerRun run = DockerRun.open()) {
            assertThat(run.kernel().features()).contains(Feature.NETEM);
        }
    }
}
