package io.faultline.scenario.truth;

import io.faultline.journal.Event.Kind;
import io.faultline.scenario.Result;
import io.faultline.scenario.Settings;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.run.ScenarioRunner;
import io.faultline.scenario.system.Containers;
import io.faultline.scenario.system.OwnSource;
import io.faultline.scenario.yaml.ScenarioFile;
import io.faultline.truth.Case;
import io.faultline.truth.KnownGaps;
import io.faultline.truth.Member;
import io.faultline.truth.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The experiments in files of which it is known whether they are right: their names begin with {@code right-} or {@code wrong-}. */
final class ScenarioCases {

    private static final String FAMILY = "file";

    private ScenarioCases() {}

    static List<Case> all() {
        try (Stream<Path> files = Files.list(folder())) {
            return files.filter(file -> file.toString().endsWith(ScenarioFile.SUFFIX))
                    .sorted()
                    .map(ScenarioCases::of)
                    .map(KnownGaps::mark)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        try {
            return Path.of(ScenarioCases.class
                            .getResource("right-pause.scenario.yaml")
                            .toURI())
                    .resolveSibling(".")
                    .normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Case of(Path file) {
        String name = file.getFileName().toString().replace(ScenarioFile.SUFFIX, "");
        return name.startsWith("right-")
                ? Case.right(FAMILY, name, stage -> play(file, stage))
                : Case.wrong(FAMILY, name, stage -> play(file, stage));
    }

    private static void play(Path file, Stage stage) throws IOException {
        Scenario scenario = ScenarioFile.read(file.toString(), Files.readString(file), Map.of());
        OwnSource source = new OwnSource(new Containers(
                Map.of("client", id(stage.client()), "target", id(stage.target()), "other", id(stage.other()))));
        Settings settings = new Settings(Optional.empty(), "members", 1);
        Result result = new ScenarioRunner(stage.faultline().run()).play(scenario, source, settings, new Unheard());
        stage.faultline()
                .journal()
                .record(
                        Kind.VERDICT,
                        result.verdict().toString(),
                        Map.of("cause", result.verdict().cause().name()));
        Optional<AssertionError> error = result.verdict().error(result.journal());
        if (error.isPresent()) {
            throw error.get();
        }
    }

    private static String id(Member member) {
        return member.getContainerId();
    }
}
