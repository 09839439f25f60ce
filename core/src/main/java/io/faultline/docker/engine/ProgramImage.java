package io.faultline.docker.engine;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image FROM scratch that holds one program, as an archive that engines load: what {@code docker save} writes (the file
 * manifest.json, the image's configuration, a layer). The same program gives the same bytes, and the image the same id,
 * wherever and whenever it is made.
 */
final class ProgramImage {

    private static final String CREATED = Instant.EPOCH.toString(); // the same each time, and older than all others
    private static final int EXECUTABLE = 0100755;
    private static final int READABLE = 0100644;
    private static final int DIGITS = 12; // as Docker shortens an id
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private final AgentProgram program;
    private final String file;
    private final String name;

    private ProgramImage(String repository, AgentProgram program, String file) {
        this.program = program;
        this.file = file;
        this.name =
                repository + ":" + Sha256.of(configuration(program.digest())).substring(0, DIGITS);
    }

    /** @param repository without a registry: {@code faultline/agent} */
    static ProgramImage of(String repository, AgentProgram program) {
        return new ProgramImage(repository, program, "faultline-agent");
    }

    /**
     * Its repository, and a tag that says what is in it: the first digits of a digest of its configuration and its program. Known
     * without the archive, which most runs need not write; so how that is written is not in it.
     */
    String name() {
        return name;
    }

    /** The archive that an engine loads; it gives the image its name as well. */
    byte[] archive() {
        byte[] layer = tar(Map.of(file, program.bytes()), EXECUTABLE);
        byte[] configuration = configuration(Sha256.of(layer));
        String id = Sha256.of(configuration);
        // By its full name: Podman would take a short one for one of localhost's, Docker means Docker Hub by it.
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("Config", id + ".json");
        manifest.put("RepoTags", List.of("docker.io/" + name));
        manifest.put("Layers", List.of("layer.tar"));
        return tar(
                new TreeMap<>(Map.of(
                        id + ".json", configuration, "layer.tar", layer, "manifest.json", json(List.of(manifest)))),
                READABLE);
    }

    /** As the OCI image specification and Docker's before it have it. */
    private byte[] configuration(String layer) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("Entrypoint", List.of("/" + file));
        // None of our own labels: what carries those is taken for a container of a run, and images give theirs to
        // containers.
        config.put("Labels", new TreeMap<>(Map.of("org.opencontainers.image.title", "Faultline's agent")));
        Map<String, Object> layers = new LinkedHashMap<>();
        layers.put("type", "layers");
        layers.put("diff_ids", List.of("sha256:" + layer));
        Map<String, Object> history = new LinkedHashMap<>();
        history.put("created", CREATED);
        history.put("created_by", "Faultline");
        Map<String, Object> image = new LinkedHashMap<>();
        image.put("architecture", program.architecture());
        image.put("os", "linux");
        image.put("created", CREATED);
        image.put("config", config);
        image.put("rootfs", layers);
        image.put("history", List.of(history));
        return json(image);
    }

    private static byte[] json(Object value) {
        return GSON.toJson(value).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] tar(Map<String, byte[]> files, int mode) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                tar.putArchiveEntry(entry(file.getKey(), file.getValue().length, mode));
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    // Nothing of this machine, its user or its clock.
    private static TarArchiveEntry entry(String name, long size, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(mode);
        entry.setModTime(0);
        entry.setIds(0, 0);
        entry.setNames("", "");
        return entry;
    }
}
