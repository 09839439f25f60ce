package io.faultline.scenario;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may know whom, as docs/ARCHITECTURE.md draws it. */
class ScenarioArchitectureTest {

    private static final String ROOT = "io.faultline.scenario.";
    private static final Pattern TESTS = Pattern.compile(".*(/test-classes/|-tests\\.jar).*"); // core's are in a jar

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(place -> !place.matches(TESTS))
            .importPackages("io.faultline");

    private static final Map<String, Set<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("probe", Set.of()),
            Map.entry("model", Set.of("probe")),
            Map.entry("yaml", Set.of("model", "probe", "reference")),
            Map.entry("run", Set.of("model", "probe")),
            Map.entry("reference", Set.of("run", "model")),
            Map.entry("system", Set.of("run", "model")),
            Map.entry("report", Set.of()),
            Map.entry("init", Set.of("yaml")),
            Map.entry("junit", Set.of("yaml", "model", "run", "reference", "system")),
            Map.entry("cli", Set.of("init", "yaml", "model", "run", "reference", "system", "report")));

    @TestFactory
    Stream<DynamicTest> knowsNoOther() {
        return MAY_KNOW.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    String[] forbidden = MAY_KNOW.keySet().stream()
                            .filter(other -> !other.equals(entry.getKey())
                                    && !entry.getValue().contains(other))
                            .map(other -> ROOT + other + "..")
                            .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideInAPackage(ROOT + entry.getKey() + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(forbidden)
                            .check(CLASSES);
                }));
    }

    @Test
    void theCommandRunsWithoutJunit() {
        noClasses()
                .that()
                .resideInAPackage("io.faultline..")
                .and()
                .resideOutsideOfPackages("io.faultline.junit..", ROOT + "junit..")
                .and()
                .areNotAnnotations() // those of faults stand beside them, and no code names them
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.junit..", "io.faultline.junit..", ROOT + "junit..")
                .check(CLASSES);
    }

    @Test
    void everyPackageIsDrawn() {
        Set<String> drawn = MAY_KNOW.keySet();
        assertThat(CLASSES.stream()
                        .map(type -> type.getPackageName())
                        .filter(name -> name.startsWith(ROOT))
                        .map(name -> name.substring(ROOT.length()).replaceFirst("\\..*", ""))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(drawn);
    }
}
