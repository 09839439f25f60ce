package io.faultline.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.Faultline;
import io.faultline.fault.packet.Partition;
import io.faultline.inject.Injection;
import io.faultline.topology.Target;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** A JVM that has no network at all, on an engine that has never had its agent, which is another than everybody's. */
@Testcontainers
@Timeout(180)
class OfflineFirstUseDockerIT {

    @Container
    private final Peer peer = new Peer();

    private final DockerEngine engine = DockerEngine.connect();

    @Test
    void injectsAllTheSame(@TempDir Path classes) throws Exception {
        assumeTrue(canUnshare(), "needs unshare(1) and root to start a JVM without a network");
        assumeTrue(
                Optional.ofNullable(System.getenv("DOCKER_HOST"))
                        .orElse("unix:")
                        .startsWith("unix:"),
                "needs an engine with a unix socket");
        try (Rules rules = Rules.of(peer);
                UnknownAgent agent = new UnknownAgent(engine)) {
            Path program = classes.resolve("io/faultline/agent-program")
                    .resolve(agent.program().architecture());
            Files.createDirectories(program.getParent());
            Files.write(program, agent.program().bytes());
            Files.writeString(
                    program.resolveSibling(program.getFileName() + ".sha256"),
                    agent.program().digest());
            assertThat(engine.hasImage(agent.image().name())).isFalse();

            Process jvm = offline(classes);
            try (BufferedReader out = jvm.inputReader(StandardCharsets.UTF_8);
                    Writer in = jvm.outputWriter(StandardCharsets.UTF_8)) {
                assertThat(out.readLine()).isEqualTo("in force");
                assertThat(routes(jvm)).isEmpty();
                assertThat(agent.events()).isNotEmpty().isSubsetOf("load", "tag");
                assertThat(rules.ours()).isNotEmpty();
                assertThatThrownBy(peer::connectDirectly).isInstanceOf(SocketTimeoutException.class);

                in.write("heal\n");
                in.flush();

                assertThat(out.readLine()).isEqualTo("healed");
                assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(rules.ours()).isEmpty();
                try (Socket again = peer.connectDirectly()) {
                    assertThat(again.isConnected()).isTrue();
                }
            } finally {
                jvm.destroyForcibly().waitFor();
            }
        }
    }

    private static boolean canUnshare() throws InterruptedException {
        try {
            return new ProcessBuilder("unshare", "--net", "true").start().waitFor() == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    /** Runs {@link Injecting} in a network namespace of its own, where even the loopback interface is down. */
    private Process offline(Path classes) throws IOException {
        ProcessBuilder java = new ProcessBuilder(
                "unshare",
                "--net",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // it lives for seconds
                "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path"),
                Injecting.class.getName(),
                peer.getContainerId());
        // Testcontainers reaches Ryuk, where there is one, over the network.
        java.environment().put("TESTCONTAINERS_RYUK_DISABLED", "true");
        java.redirectError(ProcessBuilder.Redirect.INHERIT);
        return java.start();
    }

    /** Of a process's network namespace; the file has a heading once there is an interface that could have some. */
    private static List<String> routes(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "net", "route")).stream()
                .filter(line -> !line.startsWith("Iface"))
                .toList();
    }

    /** Cuts a container off until it is told to heal. */
    static final class Injecting {

        public static void main(String[] arguments) throws IOException {
            try (Faultline faultline = Faultline.open()) {
                Injection cut = faultline.inject(Partition.of(Target.named(arguments[0])));
                System.out.println("in force");
                System.in.read();
                cut.close();
                System.out.println("healed");
            }
        }
    }
}
