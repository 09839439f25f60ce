package io.faultline.scenario.junit;

import io.faultline.scenario.yaml.BadScenarioException;
import io.faultline.scenario.yaml.Problem;
import io.faultline.scenario.yaml.ScenarioFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.ClasspathResourceSelector;
import org.junit.platform.engine.discovery.DirectorySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.discovery.FileSelector;
import org.junit.platform.engine.discovery.UniqueIdSelector;
import org.junit.platform.engine.support.descriptor.ClasspathResourceSource;
import org.junit.platform.engine.support.descriptor.FilePosition;
import org.junit.platform.engine.support.descriptor.FileSource;
import org.junit.platform.engine.support.discovery.SelectorResolver;

/** Finds scenarios by what names them: files, folders, resources of the class path, and ids of tests that ran before. */
record ScenarioResolver(Configuration configuration) implements SelectorResolver {

    private static final String FILE = "file";
    private static final String RESOURCE = "resource";

    static boolean isScenario(String name) {
        return name.endsWith(ScenarioFile.SUFFIX);
    }

    @Override
    public Resolution resolve(FileSelector selector, Context context) {
        return isScenario(selector.getRawPath()) ? file(selector.getPath(), context) : Resolution.unresolved();
    }

    /** All scenarios in it and in the folders below it, in alphabetical order. */
    @Override
    public Resolution resolve(DirectorySelector selector, Context context) {
        try (Stream<Path> files = Files.walk(selector.getPath())) {
            Set<DiscoverySelector> found = files.filter(
                            file -> isScenario(file.toString()) && Files.isRegularFile(file))
                    .sorted()
                    .map(file -> DiscoverySelectors.selectFile(file.toString()))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            return found.isEmpty() ? Resolution.unresolved() : Resolution.selectors(found);
        } catch (IOException | UncheckedIOException e) {
            return Resolution.unresolved();
        }
    }

    @Override
    public Resolution resolve(ClasspathResourceSelector selector, Context context) {
        String name = selector.getClasspathResourceName();
        return isScenario(name) ? resource(name, context) : Resolution.unresolved();
    }

    @Override
    public Resolution resolve(UniqueIdSelector selector, Context context) {
        UniqueId.Segment last = selector.getUniqueId().getLastSegment();
        return switch (last.getType()) {
            case FILE -> file(Path.of(last.getValue()), context);
            case RESOURCE -> resource(last.getValue(), context);
            default -> Resolution.unresolved();
        };
    }

    private Resolution file(Path file, Context context) {
        Path absolute = file.toAbsolutePath().normalize();
        return resolved(
                context,
                FILE,
                absolute.toString(),
                () -> ScenarioText.of(file),
                position -> FileSource.from(absolute.toFile(), position));
    }

    private Resolution resource(String name, Context context) {
        return resolved(
                context,
                RESOURCE,
                name,
                () -> ScenarioText.onClassPath(name),
                position -> ClasspathResourceSource.from(name, position));
    }

    /** What a test is about, at a place in it. */
    private interface Source {
        TestSource at(FilePosition position);
    }

    private Resolution resolved(
            Context context, String segment, String name, Supplier<ScenarioText> text, Source source) {
        Optional<ScenarioDescriptor> test = context.addToParent(
                parent -> Optional.of(descriptor(parent.getUniqueId().append(segment, name), name, text, source)));
        return test.map(found -> Resolution.match(Match.exact(found))).orElseGet(Resolution::unresolved);
    }

    private ScenarioDescriptor descriptor(UniqueId id, String name, Supplier<ScenarioText> found, Source source) {
        try {
            ScenarioText text = found.get();
            try {
                return ScenarioDescriptor.of(
                        id, source.at(FilePosition.from(text.line())), text.read(configuration::set));
            } catch (BadScenarioException e) {
                Problem first = e.problems().get(0);
                return ScenarioDescriptor.bad(
                        id, text.shortName(), source.at(FilePosition.from(first.line(), first.column())), e);
            }
        } catch (IllegalArgumentException e) {
            return ScenarioDescriptor.unreadable(id, name, e);
        }
    }

    /** The tests of an engine that are scenarios. */
    static Stream<ScenarioDescriptor> scenarios(TestDescriptor engine) {
        return engine.getChildren().stream()
                .filter(ScenarioDescriptor.class::isInstance)
                .map(ScenarioDescriptor.class::cast);
    }
}
