package io.faultline.bench;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import io.faultline.effect.Command;
import io.faultline.effect.Script;
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

    private ByHand() {}

    /** {@code nsenter … iptables-restore}, as root on the Docker host. */
    record Nsenter(int pid, Script rules) implements Contender.Way {

        @Override
        public void inject() throws IOException, InterruptedException {
            run(rules.apply());
        }

        @Override
        public void heal() throws IOException, InterruptedException {
            run(rules.undo());
        }

        private void run(List<List<Command>> stages) throws IOException, InterruptedException {
            for (Command command : InjectBench.tables(stages)) {
                ByHand.run(
                        List.of("nsenter", "-t", Integer.toString(pid), "-n", command.tool() + "-restore", "--noflush"),
                        command.input());
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

        Contender.Way contender(Script rules) {
            return new Contender.Way() {
                @Override
                public void inject() throws Exception {
                    exec(rules.apply());
                }

                @Override
                public void heal() throws Exception {
                    exec(rules.undo());
                }
            };
        }

        private void exec(List<List<Command>> stages) throws InterruptedException {
            String id = container
                    .getDockerClient()
                    .execCreateCmd(container.getContainerId())
                    .withCmd("sh", "-ec", shell(stages, "nsenter -t " + pid + " -n "))
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
    record Sidecar(Peer peer, Script rules) implements Contender.Way {

        @Override
        public void inject() throws IOException, InterruptedException {
            run(rules.apply());
        }

        @Override
        public void heal() throws IOException, InterruptedException {
            run(rules.undo());
        }

        private void run(List<List<Command>> stages) throws IOException, InterruptedException {
            List<String> docker = new ArrayList<>(List.of("docker", "run", "--rm", "--cap-add", "NET_ADMIN"));
            docker.addAll(List.of("--network", "container:" + peer.getContainerId(), peer.getDockerImageName()));
            docker.addAll(List.of("sh", "-ec", shell(stages, "")));
            ByHand.run(docker, "");
        }
    }

    private static String shell(List<List<Command>> stages, String prefix) {
        return InjectBench.tables(stages).stream()
                .map(command -> prefix + command.tool() + "-restore --noflush <<'END'\n" + command.input() + "END\n")
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
