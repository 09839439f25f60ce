package io.faultline.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;

class ProgramImageTest {

    private final AgentProgram program = new AgentProgram("arm64", "a program".getBytes(StandardCharsets.UTF_8));
    private final ProgramImage image = ProgramImage.of("faultline/test-agent", program);

    @Test
    void isTheSameBytesEachTime() {
        AgentProgram same = new AgentProgram("arm64", "a program".getBytes(StandardCharsets.UTF_8));

        assertThat(ProgramImage.of("faultline/test-agent", same).archive()).isEqualTo(image.archive());
    }

    /** Its name changes only if engines are to load another one: with the program, or with how the image is made. */
    @Test
    void isNamedByWhatIsInIt() {
        assertThat(image.name()).isEqualTo("faultline/test-agent:e0767e97b006");
        assertThat(ProgramImage.of("faultline/test-agent", new AgentProgram("amd64", program.bytes()))
                        .name())
                .isNotEqualTo(image.name());
        assertThat(ProgramImage.of("faultline/test-agent", new AgentProgram("arm64", new byte[1]))
                        .name())
                .isNotEqualTo(image.name());
    }

    @Test
    void hasAManifestThatNamesItInFullAndItsParts() throws Exception {
        Map<String, byte[]> files = files(image.archive());
        JsonObject manifest = json(files, "manifest.json");

        String configuration = manifest.get("Config").getAsString();
        assertThat(manifest.get("RepoTags")).hasToString("[\"docker.io/" + image.name() + "\"]");
        assertThat(manifest.get("Layers")).hasToString("[\"layer.tar\"]");
        assertThat(files).containsOnlyKeys(configuration, "layer.tar", "manifest.json");
        assertThat(configuration).isEqualTo(sha256(files, configuration) + ".json");
    }

    @Test
    void startsItsProgramAndCarriesNoLabelOfARun() throws Exception {
        Map<String, byte[]> files = files(image.archive());
        JsonObject configuration =
                json(files, json(files, "manifest.json").get("Config").getAsString());

        assertThat(configuration.get("os").getAsString()).isEqualTo("linux");
        assertThat(configuration.get("architecture").getAsString()).isEqualTo("arm64");
        assertThat(configuration.getAsJsonObject("config").get("Entrypoint")).hasToString("[\"/faultline-agent\"]");
        assertThat(configuration
                        .getAsJsonObject("config")
                        .getAsJsonObject("Labels")
                        .keySet())
                .containsExactly("org.opencontainers.image.title");
        assertThat(configuration.getAsJsonObject("rootfs").get("diff_ids"))
                .hasToString("[\"sha256:" + sha256(files, "layer.tar") + "\"]");
    }

    @Test
    void hasOneFileThatRootOwnsAndCanBeExecuted() throws Exception {
        byte[] layer = Objects.requireNonNull(files(image.archive()).get("layer.tar"));
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(layer))) {
            TarArchiveEntry entry = tar.getNextEntry();

            assertThat(entry.getName()).isEqualTo("faultline-agent");
            assertThat(entry.getMode()).isEqualTo(0100755);
            assertThat(entry.getLongUserId()).isZero();
            assertThat(entry.getUserName()).isEmpty();
            assertThat(entry.getLastModifiedTime().toMillis()).isZero();
            assertThat(tar.readAllBytes()).isEqualTo(program.bytes());
            assertThat(tar.getNextEntry()).isNull();
        }
    }

    private static Map<String, byte[]> files(byte[] archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                files.put(entry.getName(), tar.readAllBytes());
            }
        }
        return files;
    }

    /** Of the manifest, its one image. */
    private static JsonObject json(Map<String, byte[]> files, String name) {
        String text = new String(Objects.requireNonNull(files.get(name)), StandardCharsets.UTF_8);
        return name.equals("manifest.json")
                ? JsonParser.parseString(text).getAsJsonArray().get(0).getAsJsonObject()
                : JsonParser.parseString(text).getAsJsonObject();
    }

    private static String sha256(Map<String, byte[]> files, String name) throws Exception {
        byte[] bytes = Objects.requireNonNull(files.get(name));
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
