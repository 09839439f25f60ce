package io.faultline.scenario.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProgramTest {

    @ParameterizedTest
    @EnumSource
    void isFoundByItsName(Program program) {
        assertThat(Program.named(program.toString())).isEqualTo(program);
    }

    @Test
    void tellsTheNamesThatThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Program.named("python"))
                .withMessageContaining("No reference program is called \"python\"")
                .withMessageContaining("python-worker, ");
    }

    @ParameterizedTest
    @EnumSource
    void takesAllOfItsFolderIntoItsImage(Program program) throws Exception {
        Image image = program.recipe().image();
        URL dockerfile = Objects.requireNonNull(
                Program.class.getResource("/io/faultline/scenario/" + image.name() + "/Dockerfile"));

        try (Stream<Path> files = Files.list(Path.of(dockerfile.toURI()).resolveSibling(""))) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.endsWith(".class") && !name.equals("__pycache__")))
                    .containsExactlyInAnyOrderElementsOf(image.files());
        }
    }
}
