package consumer;

import static io.faultline.Faultline.target;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.faultline.Faultline;
import io.faultline.fault.packet.Partition;
import io.faultline.junit.FaultlineTest;
import io.faultline.junit.StopsGracefully;
import io.faultline.observe.FailureClass;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** Nobody listens in the first container: it refuses a connection when it is reached, and says nothing when it is cut off. */
@Testcontainers
@FaultlineTest
class ConsumerTest {

    @Container
    static final GenericContainer<?> peer = new GenericContainer<>("debian:bookworm-slim").withCommand("sleep", "600");

    @Container
    @StopsGracefully(exitCode = 7)
    final GenericContainer<?> leaver = new GenericContainer<>("debian:bookworm-slim")
            .withCommand("sh", "-c", "trap 'exit 7' TERM; sleep 600 & wait");

    @BeforeAll
    static void runsOnTheVersionThatItIsMeantFor() {
        String jar =
                Test.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        assertEquals(
                "junit-jupiter-api-" + System.getProperty("expected.junit.version") + ".jar",
                jar.replaceAll(".*/", ""));
    }

    @Test
    void cutsAndHeals(Faultline faultline) {
        faultline
                .during(Partition.of(target("peer", peer)))
                .expect("no answer", () -> connecting() == FailureClass.TIMEOUT)
                .within(ofSeconds(5))
                .afterHealing("an answer", () -> connecting() == FailureClass.REFUSED)
                .within(ofSeconds(5));
    }

    @RepeatedTest(2)
    void healsAfterEachRepetition(Faultline faultline) {
        assertEquals(FailureClass.REFUSED, connecting());
        faultline.inject(Partition.of(target("peer", peer)));
        assertEquals(FailureClass.TIMEOUT, connecting());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void healsAfterEachParameter(int parameter, Faultline faultline) {
        assertEquals(FailureClass.REFUSED, connecting());
        faultline.inject(Partition.of(target("peer", peer)));
        assertEquals(FailureClass.TIMEOUT, connecting());
    }

    @Nested
    class Inside {
        @Test
        void worksInNestedClasses(Faultline faultline) {
            assertEquals(FailureClass.REFUSED, connecting());
            faultline.inject(Partition.of(target("peer", peer)));
            assertEquals(FailureClass.TIMEOUT, connecting());
        }
    }

    private static FailureClass connecting() {
        return connecting(peer);
    }

    static FailureClass connecting(GenericContainer<?> container) {
        String address = container
                .getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, 7), 300);
            throw new IllegalStateException("somebody listens");
        } catch (IOException e) {
            return FailureClass.of(e);
        }
    }
}
