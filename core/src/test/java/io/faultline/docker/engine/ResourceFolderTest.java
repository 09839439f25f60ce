package io.faultline.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourceFolderTest {

    @TempDir
    Path folder;

    @Test
    void readsWhatIsOnADiskWithoutWhatPythonLeaves() throws IOException {
        for (String file : List.of("Dockerfile", "lib/a.jar", "__pycache__/a.pyc")) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), file);
        }

        assertThat(ResourceFolder.read(
                        "/x/", folder.resolve("Dockerfile").toUri().toURL()))
                .containsOnlyKeys("Dockerfile", "lib/a.jar")
                .containsEntry("lib/a.jar", "lib/a.jar".getBytes(UTF_8));
    }

    @Test
    void readsWhatIsInAJarWithoutEntriesForFolders() throws IOException {
        Path jar = folder.resolve("some.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String file : List.of("x/lib/a.jar", "x/Dockerfile", "x/__pycache__/a.pyc", "y/Dockerfile")) {
                out.putNextEntry(new JarEntry(file));
                out.write(file.getBytes(UTF_8));
            }
        }
        URI dockerfile = URI.create("jar:" + jar.toUri() + "!/x/Dockerfile");

        assertThat(ResourceFolder.read("/x/", dockerfile.toURL()))
                .containsOnlyKeys("Dockerfile", "lib/a.jar")
                .containsEntry("lib/a.jar", "x/lib/a.jar".getBytes(UTF_8));
    }

    @Test
    void saysWhatIsMissing() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ResourceFolder.read("/no/"))
                .withMessage("The class path has no /no/Dockerfile.");
    }
}
