package io.faultline.scenario.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassPathTest {

    @Test
    void findsTheLibrariesOfTheClientsInJava() {
        assertThat(ClassPath.jarsOf(Image.JAVA.libraries()))
                .hasSize(Image.JAVA.libraries().size())
                .allSatisfy((name, jar) -> assertThat(name).endsWith(".jar"));
    }

    @Test
    void findsTheClassesOfAPackageInAFolderAndInAJar() {
        assertThat(ClassPath.classesBeside("io.faultline.scenario.java.Main"))
                .containsKeys("Main.class", "Unit.class", "Waiting$Handing.class")
                .allSatisfy((name, bytes) -> assertThat(bytes).isNotEmpty());
        assertThat(ClassPath.classesBeside("org.slf4j.Logger")).containsKey("Logger.class");
    }

    @Test
    void tellsWhatIsMissing() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ClassPath.jarsOf(List.of("org.example.Nothing")))
                .withMessageContaining("org.example.Nothing");
    }
}
