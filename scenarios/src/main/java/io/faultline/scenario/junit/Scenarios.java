package io.faultline.scenario.junit;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.EngineException;
import io.faultline.junit.StrictMode;
import io.faultline.scenario.Variant;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.reference.Program;
import io.faultline.scenario.reference.ReferenceSource;
import io.faultline.scenario.run.ScenarioRunner;
import io.faultline.scenario.yaml.BadScenarioException;
import io.faultline.scenario.yaml.Catalog;
import io.faultline.scenario.yaml.ScenarioFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.testcontainers.containers.ContainerState;

/**
 * Scenarios as dynamic tests of a {@code @TestFactory}: HELD passes, all else fails. Played on reference systems, or
 * {@link #on} the test's own containers. Immutable.
 */
public final class Scenarios {

    private static final String CATALOG = "io/faultline/scenario/catalog/";

    private final List<ScenarioText> texts;
    private final Wanted wanted;
    private final Map<String, String> settings;
    private final ReferenceSource reference;
    private final Optional<OwnContainers> own;

    private Scenarios(
            List<ScenarioText> texts,
            Wanted wanted,
            Map<String, String> settings,
            ReferenceSource reference,
            Optional<OwnContainers> own) {
        this.texts = texts;
        this.wanted = wanted;
        this.settings = settings;
        this.reference = reference;
        this.own = own;
    }

    private static Scenarios of(List<ScenarioText> texts) {
        return new Scenarios(
                texts,
                new Wanted(List.of(), List.of()),
                Map.of(),
                new ReferenceSource(Variant.RESILIENT, Optional.empty()),
                Optional.empty());
    }

    /** The built-in ones. */
    public static Scenarios catalog() {
        return of(Catalog.names().stream()
                .map(name -> ScenarioText.onClassPath(CATALOG + name + ScenarioFile.SUFFIX))
                .toList());
    }

    /**
     * Those in a folder and in the folders below it, or the one in a file.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Scenarios in(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<ScenarioText> texts = files.filter(
                            file -> ScenarioResolver.isScenario(file.toString()) && Files.isRegularFile(file))
                    .sorted()
                    .map(ScenarioText::of)
                    .toList();
            if (texts.isEmpty()) {
                throw new IllegalArgumentException("No file in " + folder.toAbsolutePath() + " ends in "
                        + ScenarioFile.SUFFIX + ", so there would be no test.");
            }
            return of(texts);
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException(folder.toAbsolutePath() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Only those with one of these tags. */
    public Scenarios tagged(String... tags) {
        return new Scenarios(texts, wanted.tagged(List.of(tags)), settings, reference, own);
    }

    /** Only those of these names. */
    public Scenarios named(String... names) {
        return new Scenarios(texts, wanted.named(List.of(names)), settings, reference, own);
    }

    /** Gives a parameter of theirs a value. */
    public Scenarios set(String parameter, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(parameter, value);
        return new Scenarios(texts, wanted, Map.copyOf(more), reference, own);
    }

    /** Plays them with the resilient client of their reference systems, or with the naive one: it is the resilient one else. */
    public Scenarios variant(Variant variant) {
        return new Scenarios(texts, wanted, settings, new ReferenceSource(variant, reference.program()), own);
    }

    /** Judges this program of their reference systems, where they can be played on several. */
    public Scenarios program(Program program) {
        return new Scenarios(
                texts, wanted, settings, new ReferenceSource(reference.variant(), Optional.of(program)), own);
    }

    /**
     * Plays them on containers of the test, which are running then: each role is played by the container of that name. Where
     * tests run in parallel, annotate the factory with {@code @Execution(SAME_THREAD)}: faults in one container would clash.
     */
    public Scenarios on(Map<String, ContainerState> roles) {
        return new Scenarios(
                texts, wanted, settings, reference, Optional.of(new OwnContainers(roles, Optional.empty())));
    }

    /**
     * A test for each, with a run of its own: its agent takes a second to start. A file with mistakes is a test that fails.
     *
     * @throws IllegalArgumentException if there would be no test, or somebody has set a parameter that none of them has
     */
    public Stream<DynamicTest> tests() {
        boolean strict = isStrict();
        return tests(play -> {
            try (LazyRun run = new LazyRun()) {
                DockerRun opened;
                try {
                    opened = run.get();
                } catch (EngineException e) {
                    throw Outcomes.without(e, strict);
                }
                play.accept(opened);
            }
        });
    }

    /**
     * A test for each, in the run of a {@link io.faultline.junit.FaultlineTest}, which all tests share.
     *
     * @throws IllegalArgumentException as {@link #tests()}
     */
    public Stream<DynamicTest> tests(Faultline faultline) {
        return tests(play -> play.accept(faultline.run()));
    }

    /** Where the run comes from that something is played in. */
    private interface InRun {
        void play(Consumer<DockerRun> play);
    }

    private Stream<DynamicTest> tests(InRun runs) {
        List<Scenario> read =
                texts.stream().flatMap(text -> readable(text).stream()).toList();
        if (read.size() == texts.size()) { // else a word may be of one that could not be read, which tells so itself
            wanted.requireSome(read);
            KnownSettings.require(settings.keySet(), read);
        }
        return texts.stream()
                .filter(text -> readable(text).filter(wanted.negate()).isEmpty())
                .map(text -> test(text, runs));
    }

    private Optional<Scenario> readable(ScenarioText text) {
        try {
            return Optional.of(read(text));
        } catch (BadScenarioException e) {
            return Optional.empty(); // its test tells
        }
    }

    private Scenario read(ScenarioText text) {
        return text.read(name -> Optional.ofNullable(settings.get(name)));
    }

    private DynamicTest test(ScenarioText text, InRun runs) {
        String name = readable(text).map(scenario -> scenario.about().title()).orElseGet(text::shortName);
        return DynamicTest.dynamicTest(name, text.at(text.line()), () -> {
            Scenario scenario = read(text);
            runs.play(run -> play(scenario, run));
        });
    }

    private void play(Scenario scenario, DockerRun run) {
        Setup stage = own.map(containers -> Setup.of(containers, "the test's containers"))
                .orElseGet(() -> Setup.of(reference, scenario));
        Outcomes.require(
                new ScenarioRunner(run).play(scenario, stage.source(), stage.settings(), new Silent()), isStrict());
    }

    private static boolean isStrict() {
        return StrictMode.isOn(name -> Optional.ofNullable(System.getProperty(name)));
    }
}
