package consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.faultline.fault.packet.WithPartition;
import io.faultline.observe.FailureClass;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** It is no FaultlineTest: each version of JUnit has to find the extension behind the annotations, repeated ones too. */
@Testcontainers
class DeclaredAloneTest {

    @Container
    static final GenericContainer<?> peer = new GenericContainer<>("debian:bookworm-slim").withCommand("sleep", "600");

    @Container
    static final GenericContainer<?> other = new GenericContainer<>("debian:bookworm-slim").withCommand("sleep", "600");

    @Test
    @WithPartition("peer")
    @WithPartition("other")
    void bothAreCut() {
        assertEquals(FailureClass.TIMEOUT, ConsumerTest.connecting(peer));
        assertEquals(FailureClass.TIMEOUT, ConsumerTest.connecting(other));
    }
}
