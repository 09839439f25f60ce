package io.faultline.docker.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Info;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.TestcontainersConfiguration;

/** The Docker engine that Testcontainers finds, and what it says about itself. Thread-safe. */
@API(status = Status.INTERNAL)
public final class DockerEngine {

    private static final Duration PULL_LIMIT = Duration.ofMinutes(5);
    private static final Path SOCKET = Path.of("/var/run/docker.sock");

    private final DockerClient client;
    private final Info about;
    private final boolean byUnixSocket;

    DockerEngine(DockerClient client, Info about, boolean byUnixSocket) {
        this.client = client;
        this.about = about;
        this.byUnixSocket = byUnixSocket;
    }

    /**
     * Connects.
     *
     * @throws EngineException if no engine can be reached; its message tells the cause and the cure
     */
    public static DockerEngine connect() {
        requirePermission();
        requireNamedSocket();
        try {
            DockerClient client = DockerClientFactory.instance().client();
            requireTheOneAskedFor();
            client.pingCmd().exec(); // it may have gone since Testcontainers has asked what it is, which it does once
            Info about = DockerClientFactory.instance().getInfo();
            return new DockerEngine(client, about, "unix".equals(used().getScheme()));
        } catch (EngineException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new EngineException(whyUnreachable(e), e);
        }
    }

    // Before Testcontainers looks: where nothing answers at DOCKER_HOST, it goes on to engines that nobody asked for.
    private static void requireNamedSocket() {
        dockerHost()
                .map(URI::create)
                .filter(host -> "unix".equals(host.getScheme()) && !Files.exists(Path.of(host.getPath())))
                .ifPresent(host -> {
                    throw nothingAnswers("Start that engine, or unset DOCKER_HOST.");
                });
    }

    // The same for engines that only Testcontainers can ask.
    private static void requireTheOneAskedFor() {
        URI used = used();
        // Testcontainers' own tools name an engine by this property, which goes before DOCKER_HOST.
        boolean namedOtherwise = !TestcontainersConfiguration.getInstance()
                .getUserProperty("tc.host", "")
                .isEmpty();
        if (dockerHost().filter(host -> !URI.create(host).equals(used)).isPresent() && !namedOtherwise) {
            throw nothingAnswers("Start that engine, or unset DOCKER_HOST to use the one at " + used + ".");
        }
    }

    private static URI used() {
        return DockerClientFactory.instance().getTransportConfig().getDockerHost();
    }

    private static EngineException nothingAnswers(String cure) {
        return new EngineException(
                "Cannot use Docker at DOCKER_HOST=" + dockerHost().orElse("") + ": nothing answers there. " + cure);
    }

    // Testcontainers reports a socket without permission as "no Docker found"; the cure is another one.
    private static void requirePermission() {
        if (dockerHost().isEmpty() && Files.exists(SOCKET) && !(Files.isReadable(SOCKET) && Files.isWritable(SOCKET))) {
            throw new EngineException(
                    "Cannot use Docker: this user (" + System.getProperty("user.name") + ") may not open " + SOCKET
                            + ". Add the user to the group 'docker' and log in again, or set DOCKER_HOST to an engine "
                            + "that it may use.");
        }
    }

    private static Optional<String> dockerHost() {
        return Optional.ofNullable(System.getenv("DOCKER_HOST"));
    }

    private static String whyUnreachable(RuntimeException cause) {
        String where = dockerHost().map(host -> "DOCKER_HOST=" + host).orElse("unix://" + SOCKET);
        String hint =
                String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("ryuk")
                        ? "Testcontainers could not start Ryuk, its reaper: let it pull the image, or set TESTCONTAINERS_RYUK_DISABLED=true."
                        : "Start Docker ('dev/lab' does so on Debian and Ubuntu), or set DOCKER_HOST to a running engine.";
        if (Thread.currentThread().isInterrupted()) {
            return "Interrupted while connecting to Docker at " + where + ".";
        }
        return "Cannot use Docker at " + where + ": " + Objects.requireNonNullElse(cause.getMessage(), cause.toString())
                + ". " + hint;
    }

    /** The client that Testcontainers shares; never to be closed. */
    public DockerClient client() {
        return client;
    }

    /** Tells this engine and its kernel from all others. */
    public String machine() {
        return about.getId() + " on " + about.getKernelVersion();
    }

    /** For reports: {@code Docker 20.10.24, kernel 6.18.44}. */
    public String describe() {
        return "Docker " + about.getServerVersion() + ", kernel " + about.getKernelVersion();
    }

    /** Whether it is reached by a socket of this machine's, at whose other end it mostly is itself. */
    boolean isByUnixSocket() {
        return byUnixSocket;
    }

    /** Of the engine's machine, as its kernel calls it: {@code x86_64}. */
    String architecture() {
        return String.valueOf(about.getArchitecture());
    }

    /** Whether the engine runs with this security mechanism: {@code apparmor}, {@code selinux}, {@code rootless}. */
    public boolean hasSecurity(String name) {
        List<String> options = about.getSecurityOptions();
        return options != null && options.stream().anyMatch(option -> option.contains("name=" + name));
    }

    /** Whether published ports are served outside the engine's kernel, where no fault of ours reaches. */
    public boolean servesPortsElsewhere() {
        return hasSecurity("rootless")
                || String.valueOf(about.getOperatingSystem()).contains("Docker Desktop");
    }

    public boolean hasImage(String name) {
        try {
            client.inspectImageCmd(name).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /**
     * Pulls an image if the engine does not have it. Tries once: Testcontainers' own pull goes on trying for minutes where
     * no registry can be reached.
     *
     * @throws RuntimeException if it cannot be had
     */
    public void requireImage(String name) {
        if (hasImage(name)) {
            return;
        }
        try {
            client.pullImageCmd(name)
                    .exec(new PullImageResultCallback())
                    .awaitCompletion(PULL_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while pulling " + name, e);
        }
        if (!hasImage(name)) {
            throw new EngineException("pulling " + name + " did not end within " + PULL_LIMIT.toSeconds() + " s");
        }
    }

    /** The runs whose agents are running now. */
    public List<String> liveRuns() {
        return client
                .listContainersCmd()
                .withLabelFilter(Map.of(Labels.ROLE, "agent"))
                .withStatusFilter(List.of("running"))
                .exec()
                .stream()
                .map(container -> container.getLabels().get(Labels.RUN))
                .toList();
    }
}
