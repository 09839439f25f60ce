package io.faultline.docker.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/**
 * An image of ours: built on first use from a folder of the class path, and named by the content of that folder, so that
 * another version of Faultline never runs a stale one.
 */
@API(status = Status.INTERNAL)
public final class ProjectImage {

    private static final Logger LOG = LoggerFactory.getLogger(ProjectImage.class);
    private static final int EXECUTABLE = 0100755;
    private static final String BASE = "debian:bookworm-slim";

    private ProjectImage() {}

    public static String substituted(String name) {
        return ImageNameSubstitutor.instance()
                .apply(DockerImageName.parse(name))
                .asCanonicalNameString();
    }

    /**
     * Builds an image of the files below a folder of the class path, if the engine does not have it yet.
     *
     * @param folder with a slash at both ends; a Dockerfile is in it
     * @throws EngineException if it cannot be built
     */
    public static String build(DockerEngine engine, String repository, String folder) {
        // Its name depends on their order, and dev/guest, which names it too, takes them as ls does.
        return build(engine, repository, ResourceFolder.read(folder));
    }

    /**
     * Builds an image if the engine does not have it yet.
     *
     * @param contents its files by their names, of which one is the Dockerfile; in an order that is always the same
     * @throws EngineException if it cannot be built
     */
    static String build(DockerEngine engine, String repository, Map<String, byte[]> contents) {
        String base = substituted(BASE);
        String name = name(repository, contents);
        if (engine.hasImage(name)) {
            return name;
        }
        // An image that stays: every later JVM starts warm.
        // Its containers in between go even if a step fails.
        ImageFromDockerfile image =
                new ImageFromDockerfile(name, false).withBuildImageCmdModifier(build -> build.withForcerm(true));
        contents.forEach((file, bytes) -> image.withFileFromTransferable(
                file, Transferable.of(file.equals("Dockerfile") ? onBase(bytes, base) : bytes, EXECUTABLE)));
        try {
            LOG.info("Building {} from {}; this is done once", name, base);
            engine.requireImage(base); // or the build tries to pull it for minutes before it says so
            return image.get();
        } catch (Exception e) {
            throw new EngineException(
                    "Cannot build the image " + name + " from " + base + ": " + e.getMessage()
                            + ". It needs that base image and Debian's packages; where they cannot be reached, build it elsewhere "
                            + "and load it into this engine under that name"
                            + (repository.equals(AgentImage.TOOLS_REPOSITORY)
                                    ? ", or name it with -D" + AgentImage.PROPERTY + "=…."
                                    : "."),
                    e);
        }
    }

    /** Says what is in it. */
    static String name(String repository, Map<String, byte[]> contents) {
        return repository + ":" + hash(substituted(BASE), contents);
    }

    private static byte[] onBase(byte[] dockerfile, String base) {
        String text = new String(dockerfile, StandardCharsets.UTF_8);
        return text.replace("FROM " + BASE, "FROM " + base).getBytes(StandardCharsets.UTF_8);
    }

    private static String hash(String base, Map<String, byte[]> contents) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(base.getBytes(StandardCharsets.UTF_8));
            contents.forEach((file, bytes) -> {
                digest.update(file.getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            });
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
