package io.faultline.scenario.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathResource;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectDirectory;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectFile;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;
import static org.junit.platform.testkit.engine.EventConditions.displayName;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.faultline.scenario.yaml.BadScenarioException;
import io.faultline.scenario.yaml.Catalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.FilePosition;
import org.junit.platform.engine.support.descriptor.FileSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** What it finds, and what it says of mistakes; what it plays is looked at by {@code ScenarioEngineDockerIT}. */
class ScenarioEngineTest {

    private static final String PAUSED = "paused-dependency";

    @TempDir
    private Path folder;

    private Path right;

    @BeforeEach
    void writeAFile() throws IOException {
        right = file("a/right.scenario.yaml", Catalog.source(PAUSED));
        file("a/other.yaml", "no: scenario");
    }

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static List<? extends TestDescriptor> found(DiscoverySelector... selectors) {
        return EngineTestKit.engine(ScenarioEngine.ID)
                .selectors(selectors)
                .discover()
                .getEngineDescriptor()
                .getChildren()
                .stream()
                .toList();
    }

    private static Events played(String parameter, String value, Path... files) {
        return EngineTestKit.engine(ScenarioEngine.ID)
                .selectors(
                        Stream.of(files).map(file -> selectFile(file.toFile())).toArray(DiscoverySelector[]::new))
                .configurationParameter(parameter, value)
                .execute()
                .allEvents();
    }

    @Test
    void findsAFileWithItsTitleTagsAndPlace() {
        TestDescriptor scenario = found(selectFile(right.toFile())).get(0);

        assertThat(scenario.getDisplayName())
                .isEqualTo("What a service depends on is frozen, and keeps its connections");
        assertThat(scenario.getTags())
                .containsExactlyInAnyOrder(TestTag.create("dependency"), TestTag.create("timeout"));
        assertThat(scenario.getSource()).contains(FileSource.from(right.toFile(), FilePosition.from(3)));
    }

    @Test
    void findsTheScenariosOfAFolderAndNothingElse() throws IOException {
        file("a/b/deeper.scenario.yaml", Catalog.source(PAUSED));

        assertThat(found(selectDirectory(folder.toFile()))).hasSize(2);
        assertThat(found(selectFile(folder.resolve("a/other.yaml").toFile()))).isEmpty();
    }

    @Test
    void findsAResourceAPackageAndARootOfTheClassPath() {
        assertThat(found(selectClasspathResource("io/faultline/scenario/catalog/" + PAUSED + ".scenario.yaml")))
                .hasSize(1);
        assertThat(found(selectPackage("io.faultline.scenario.catalog"))).hasSameSizeAs(Catalog.names());
        assertThat(found(selectClasspathRoots(Set.of(Path.of("target/classes").toAbsolutePath()))
                        .toArray(DiscoverySelector[]::new)))
                .hasSizeGreaterThan(Catalog.names().size());
    }

    @Test
    void findsTheSameAgainByItsId() {
        TestDescriptor before = found(selectFile(right.toFile())).get(0);

        assertThat(found(selectUniqueId(before.getUniqueId())))
                .singleElement()
                .satisfies(after -> assertThat(after.getDisplayName()).isEqualTo(before.getDisplayName()));
    }

    @Test
    void aFileWithMistakesIsATestThatFailsWithAllOfThem() throws IOException {
        Path bad = file("bad.scenario.yaml", "format: 1\nname: Bad Name\n");

        assertThat(found(selectFile(bad.toFile())).get(0).getSource())
                .contains(FileSource.from(bad.toFile(), FilePosition.from(1, 1)));
        played("faultline.strict", "true", bad)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test(),
                                displayName("bad.scenario.yaml"),
                                finishedWithFailure(
                                        instanceOf(BadScenarioException.class),
                                        message(text -> text.contains("bad.scenario.yaml:2:7: \"Bad Name\" is no name")
                                                && text.contains("a scenario has no \"steps\"")))));
    }

    @Test
    void aResourceThatIsNotThereIsATestThatFails() {
        EngineTestKit.engine(ScenarioEngine.ID)
                .selectors(selectClasspathResource("nowhere/none.scenario.yaml"))
                .execute()
                .testEvents()
                .assertThatEvents()
                .haveExactly(
                        1, event(finishedWithFailure(message("The class path has no nowhere/none.scenario.yaml."))));
    }

    @Test
    void aValueOfAParameterThatMakesNoSenseFailsTheTest() {
        played("faultline.scenario.set.fails-within", "soon", right)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test(),
                                finishedWithFailure(message(text -> text.contains("Invalid duration \"soon\"")))));
    }

    @Test
    void aParameterThatNobodyHasFailsTheEngine() {
        played("faultline.scenario.set.tels-within", "2s", right)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(finishedWithFailure(
                                message(text -> text.contains("No scenario has a parameter \"tels-within\"")
                                        && text.endsWith("Did you mean \"fails-within\"?")))));
        played("faultline.scenario.varient", "naive", right)
                .assertThatEvents()
                .haveExactly(
                        1, event(finishedWithFailure(message(text -> text.endsWith("Did you mean \"variant\"?")))));
        played("faultline.scenario.variant", "clever", right)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(finishedWithFailure(
                                message("faultline.scenario.variant is \"clever\", but must be resilient or naive."))));
    }

    @Test
    void aFactoryRefusesWordsThatFitNoScenario() {
        assertThatThrownBy(() -> Scenarios.in(folder).tagged("dependancy").tests())
                .hasMessage("No scenario has the tag \"dependancy\" (there are: dependency, timeout). "
                        + "Did you mean \"dependency\"?");
        assertThatThrownBy(() -> Scenarios.in(folder).set("prt", "8000").tests())
                .hasMessageEndingWith("Did you mean \"port\"?");
        assertThatThrownBy(() -> Scenarios.in(folder.resolve("none"))).hasMessageContaining("cannot be read");
    }

    @Test
    void aFactoryMakesATestOfEachScenarioAndOfAFileWithMistakes() throws IOException {
        file("z/bad.scenario.yaml", "format: 1");

        assertThat(Scenarios.in(folder).tagged("timeout").tests())
                .extracting(test -> test.getDisplayName() + " "
                        + test.getTestSourceUri().orElseThrow().getQuery())
                .containsExactly(
                        "What a service depends on is frozen, and keeps its connections line=3",
                        "bad.scenario.yaml line=1");
    }
}
