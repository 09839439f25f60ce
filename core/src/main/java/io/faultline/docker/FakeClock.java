package io.faultline.docker;

import com.github.dockerjava.api.DockerClient;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.EngineException;
import io.faultline.docker.engine.ProjectImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;

/**
 * Prepares containers for {@link io.faultline.fault.clock.ClockSkew} and {@link io.faultline.fault.clock.ClockDrift}: a clock cannot be
 * changed from outside for one container alone, so its processes have to preload a library of ours.
 */
public final class FakeClock {

    private static final String FOLDER = "/faultline/";
    private static final String RESOURCES = "/io/faultline/clock/";
    private static final int CONTROL_BYTES = 6 * Long.BYTES; // as clock.c has it
    private static final int FOR_EVERYBODY = 0100666;
    private static final int LIBRARY = 0100755;

    private FakeClock() {}

    /**
     * Adds {@code LD_PRELOAD} to a container that has not been started yet, and two files below {@code /faultline} to it. Its clock
     * is right until a fault says otherwise. Takes about 20 s the first time on an engine.
     *
     * @throws IllegalStateException if it has been started
     * @throws EngineException if the library cannot be built
     */
    public static <C extends GenericContainer<C>> C in(C container) {
        if (container.getContainerId() != null) {
            throw new IllegalStateException("The container of image " + container.getDockerImageName()
                    + " runs already, and a library is preloaded at the start. Call FakeClock.in(…) before start().");
        }
        String others = container.getEnvMap().getOrDefault("LD_PRELOAD", "");
        return container
                .withCopyToContainer(Transferable.of(library(), LIBRARY), FOLDER + "clock.so")
                .withCopyToContainer(Transferable.of(new byte[CONTROL_BYTES], FOR_EVERYBODY), FOLDER + "clock")
                .withEnv("LD_PRELOAD", others.isEmpty() ? FOLDER + "clock.so" : FOLDER + "clock.so:" + others);
    }

    /** For the processor of the engine's host. */
    private static byte[] library() {
        DockerEngine engine = DockerEngine.connect();
        String image = ProjectImage.build(engine, "faultline/clock", RESOURCES);
        DockerClient client = engine.client();
        String id = client.createContainerCmd(image)
                .withLabels(DockerClientFactory.DEFAULT_LABELS) // should this JVM be killed here, Ryuk removes it
                .exec()
                .getId();
        try (InputStream tar =
                        client.copyArchiveFromContainerCmd(id, "/clock.so").exec();
                TarArchiveInputStream files = new TarArchiveInputStream(tar)) {
            files.getNextEntry();
            return files.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            client.removeContainerCmd(id).exec();
        }
    }
}
