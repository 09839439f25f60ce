package io.faultline.scenario.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
    void hasTheFilesOfItsImage(Program program) {
        assertThat(Program.class.getResource(program.spec().image().folder() + "Dockerfile"))
                .isNotNull();
    }

    @Test
    void bringsTheClientsInJavaWithTheirLibraries() {
        assertThat(Program.class.getResource(Image.JAVA.folder() + "Main.class"))
                .isNotNull();
        assertThat(Program.class.getResource(Image.JAVA.folder() + "lib/")).isNotNull();
    }
}
