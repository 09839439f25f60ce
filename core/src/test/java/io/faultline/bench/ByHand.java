package io.faultline.bench;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import io.faultline.world.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** How people inject partitions by hand, each doing no more than it must. */
final class ByHand {

    /** The same for both families: what a person would write. */
    private static final List<String> TOOLS = List.of("iptables-nft", "ip6tables-nft");

    private static final String ADD = """
            *filter
            -I INPUT 1 ! -i lo -j DROP
            -I FORWARD 1 -j DROP
            -I OUTPUT 1 ! -o lo -j DROP
            COMMIT
            """;
    private static final String REMOVE = """
            *filter
            -D INPUT ! -i lo -j DROP
            -D FORWARD -j DROP
            -D OUTPUT ! -o lo -j DROP
            COMMIT
            """;

    private ByHand() {}

    /** {@code nsenter … iptables-restore}, as root on the Docker host. */
    record Nsenter(int pid) implements Contender.Way {

        @Override
        public void inject() throws IOException, InterruptedException {
            run(ADD);
        }

        @Override
        public void heal() throws IOException, InterruptedException {
            run(REMOVE);
        }

        private void run(String rules) throws IOException, InterruptedException {
            for (String tool : TOOLS) {
                ByHand.run(
                        List.of("nsenter", "-t", Integer.toString(pid), "-n", tool + "-restore", "--noflush"), rules);
            }
        }
    }

    /** A container that stays, with the host's process ids, into which each operation is one exec. */
    record Helper(GenericContainer<?> container, int pid) implements AutoCloseable {

        static Helper start(int pid) {
            GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(Peer.image()))
                    .withCreateContainerCmdModifier(cmd -> cmd.getHostConfig()
                            .withInit(true)
                            .withPidMode("host")
                            .withCapAdd(
                                    Capability.NET_ADMIN,
                                    Capability.NET_RAW,
                                    Capability.SYS_ADMIN,
                                    Capability.SYS_PTRACE))
                    .withCommand("sleep", "infinity");
            container.start();
            return new Helper(container, pid);
        }

        Contender.Way contender() {
            return new Contender.Way() {
                @Override
                public void inject() throws Exception {
                    exec(ADD);
                }

                @Override
                public void heal() throws Exception {
                    exec(REMOVE);
                }
            };
        }

        private void exec(String rules) throws InterruptedException {
            String id = container
                    .getDockerClient()
                    .execCreateCmd(container.getContainerId())
                    .withCmd("sh", "-ec", shell(rules, "nsenter -t " + pid + " -n "))
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .exec()
                    .getId();
            container
                    .getDockerClient()
                    .execStartCmd(id)
                    .exec(new ResultCallback.Adapter<Frame>())
                    .awaitCompletion();
            require(container.getDockerClient().inspectExecCmd(id).exec().getExitCodeLong() == 0, "docker exec");
        }

        @Override
        public void close() {
            container.stop();
        }
    }

    /** One container an operation in the target's namespace, as most tools do it. */
    record Sidecar(Peer peer) implements Contender.Way {

        @Override
        public void inject() throws IOException, InterruptedException {
            run(ADD);
        }

        @Override
        public void heal() throws IOException, InterruptedException {
            run(REMOVE);
        }

        private void run(String rules) throws IOException, InterruptedException {
            List<String> docker = new ArrayList<>(List.of("docker", "run", "--rm", "--cap-add", "NET_ADMIN"));
            docker.addAll(List.of("--network", "container:" + peer.getContainerId(), peer.getDockerImageName()));
            docker.addAll(List.of("sh", "-ec", shell(rules, "")));
            ByHand.run(docker, "");
        }
    }

    /** {@code docker pause} and {@code docker unpause}. */
    record DockerPause(String container) implements Contender.Way {

        @Override
        public void inject() throws IOException, InterruptedException {
            run(List.of("docker", "pause", container), "");
        }

        @Override
        public void heal() throws IOException, InterruptedException {
            run(List.of("docker", "unpause", container), "");
        }
    }

    private static String shell(String rules, String prefix) {
        return TOOLS.stream()
                .map(tool -> prefix + tool + "-restore --noflush <<'END'\n" + rules + "END\n")
                .collect(Collectors.joining());
    }

    private static void run(List<String> command, String input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.US_ASCII));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        require(process.waitFor() == 0, command + ": " + output);
    }

    private static void require(boolean succeeded, String what) {
        if (!succeeded) {
            throw new IllegalStateException("failed: " + what);
        }
    }
}
