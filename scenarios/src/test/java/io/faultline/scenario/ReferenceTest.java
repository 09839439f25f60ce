package io.faultline.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReferenceTest {

    @ParameterizedTest
    @EnumSource
    void takesAllOfItsFolderIntoItsImage(Reference reference) throws Exception {
        URL dockerfile = Objects.requireNonNull(Reference.class.getResource(reference.language() + "/Dockerfile"));

        try (Stream<Path> files = Files.list(Path.of(dockerfile.toURI()).resolveSibling(""))) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("package-info.class") && !name.equals("__pycache__")))
                    .containsExactlyInAnyOrderElementsOf(reference.files());
        }
    }
}
