package io.faultline.docker.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.Faultline;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.topology.Capability;
import io.faultline.topology.Capability.State;
import io.faultline.world.Peer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Isolated, for it changes a system property that every stream reads. */
@Isolated
class StreamImageDockerIT {

    @AfterEach
    void forget() {
        System.clearProperty(StreamProxy.PROPERTY);
    }

    @Test
    void isFoundByTheExamination() {
        assertThat(toxiproxy().state()).isEqualTo(State.OK);
    }

    @Test
    void isMissedByTheExaminationAndByAStreamWithACure() {
        System.setProperty(StreamProxy.PROPERTY, "localhost:1/no/such:image");

        assertThat(toxiproxy().state()).isEqualTo(State.LIMITED);
        assertThat(toxiproxy().cure())
                .hasValueSatisfying(cure -> assertThat(cure)
                        .contains("docker pull localhost:1/no/such:image", "-Dfaultline.toxiproxy.image="));
        try (Peer peer = new Peer();
                Faultline faultline = Faultline.open()) {
            peer.start();
            assertThatThrownBy(() -> faultline.through(peer.target()))
                    .isInstanceOf(ImpossibleFaultException.class)
                    .hasMessageContaining("there is no image \"localhost:1/no/such:image\"")
                    .hasMessageContaining("-Dfaultline.toxiproxy.image");
        }
    }

    private static Capability toxiproxy() {
        return Faultline.examine().stream()
                .filter(each -> each.name().equals("toxiproxy"))
                .findFirst()
                .orElseThrow();
    }
}
