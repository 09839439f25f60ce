package io.faultline.docker;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.Faultline;
import io.faultline.fault.Fault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.process.Kill;
import io.faultline.fault.process.Restart;
import io.faultline.fault.process.Terminate;
import io.faultline.inject.Injection;
import io.faultline.journal.Event;
import io.faultline.topology.Target;
import io.faultline.world.Peer;
import io.faultline.world.Sidecar;
import io.faultline.world.StoppingContainer;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** A container in whose namespaces others live cannot be ended and brought back without harm to these. */
class SharedNamespacesDockerIT {

    private static final List<Function<Target, Fault>> ENDINGS = List.of(Kill::of, Restart::of, Terminate::of);

    private final Faultline faultline = Faultline.open();
    private final StoppingContainer owner = StoppingContainer.in("graceful");

    @BeforeEach
    void start() {
        owner.start();
    }

    @AfterEach
    void close() {
        try (owner) {
            faultline.close();
        }
    }

    @Test
    void whoseNetworkOthersUseIsNotEnded() throws Exception {
        try (Sidecar sidecar = Sidecar.of(owner)) {
            sidecar.start();
            requireRefused("\"" + name(sidecar) + "\" its network");
            assertThat(Sidecar.lines(address(), sidecar.port())).isPositive();

            try (Injection other = faultline.inject(Kill.of(sidecar.target()))) { // which takes nothing from its owner
                assertThat(other.evidence().tookEffect()).isTrue();
            }
        }
        try (Injection alone = faultline.inject(Kill.of(owner.target()))) { // now that nobody shares it
            assertThat(alone.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void whosePidNamespaceOthersUseIsNotEnded() {
        try (GenericContainer<?> guest = inPidNamespaceOf(owner)) {
            guest.start();
            requireRefused("\"" + name(guest) + "\" its processes");
            assertThat(guest.isRunning()).isTrue();
        }
    }

    @Test
    void aShutdownNamesWhoLosesSomething() throws Exception {
        try (Sidecar sidecar = Sidecar.of(owner);
                GenericContainer<?> guest = inPidNamespaceOf(owner)) {
            sidecar.start();
            guest.start();

            faultline.terminate(owner.target()).within(ofSeconds(10));

            assertThat(faultline.journal().events())
                    .extracting(Event::text)
                    .anyMatch(text -> text.startsWith("with \"leaver\" other containers lose what they share with it")
                            && text.contains("\"" + name(sidecar) + "\" its network")
                            && text.contains("\"" + name(guest) + "\" its processes"));
        }
    }

    @Test
    void itsOwnNewProcessesAreNoOthers() {
        try (GenericContainer<?> forking = new GenericContainer<>(DockerImageName.parse(Peer.image()))
                .withCommand("sh", "-c", "while :; do /bin/true; done")) {
            forking.start();
            int pid =
                    Math.toIntExact(forking.getCurrentContainerInfo().getState().getPidLong());

            for (int look = 0; look < 30; look++) {
                assertThat(faultline.run().agent().sharers(pid)).isEmpty();
            }
        }
    }

    private void requireRefused(String loss) {
        Long process = owner.getCurrentContainerInfo().getState().getPidLong();
        for (Function<Target, Fault> ending : ENDINGS) {
            assertThatThrownBy(() -> faultline.inject(ending.apply(owner.target())))
                    .isInstanceOf(ImpossibleFaultException.class)
                    .hasMessageContainingAll(
                            "Cannot end \"leaver\" and start it again",
                            loss,
                            "Stop these first",
                            "Freeze, Pause and Partition");
        }
        assertThat(owner.getCurrentContainerInfo().getState().getPidLong()).isEqualTo(process);
    }

    private String address() {
        return owner.getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
    }

    private static String name(GenericContainer<?> container) {
        return container.getContainerName().substring(1);
    }

    private static GenericContainer<?> inPidNamespaceOf(GenericContainer<?> owner) {
        return new GenericContainer<>(DockerImageName.parse(Peer.image()))
                .withCreateContainerCmdModifier(
                        cmd -> cmd.getHostConfig().withPidMode("container:" + owner.getContainerId()))
                .withCommand("sleep", "infinity");
    }
}
