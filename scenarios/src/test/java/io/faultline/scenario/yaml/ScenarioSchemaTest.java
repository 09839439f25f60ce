package io.faultline.scenario.yaml;

import static io.faultline.scenario.yaml.Scripts.RIGHT;
import static io.faultline.scenario.yaml.Scripts.problems;
import static io.faultline.scenario.yaml.Scripts.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The published schema is what the code says, takes what the reader takes, and refuses what it can of what that refuses. */
class ScenarioSchemaTest {

    private static final Path FILE =
            Path.of("src", "main", "resources", "io", "faultline", "scenario", "schema", "scenario.schema.json");

    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ScenarioSchema.json(), InputFormat.JSON);

    @Test
    void isWhatTheCodeSays() throws IOException {
        if (Boolean.getBoolean("faultline.docs.write")) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, ScenarioSchema.json());
        }

        assertThat(FILE)
                .as("to write it again: dev/mvn -pl core,scenarios test -Dtest=ScenarioSchemaTest "
                        + "-Dsurefire.failIfNoSpecifiedTests=false -DargLine=-Dfaultline.docs.write=true")
                .hasContent(ScenarioSchema.json());
    }

    static List<String> catalog() {
        return Catalog.names();
    }

    @ParameterizedTest
    @MethodSource("catalog")
    void takesTheCatalog(String name) {
        assertThat(errors(Catalog.source(name))).isEmpty();
    }

    @Test
    void takesWhatIsRight() {
        assertThat(errors(RIGHT)).isEmpty();
        assertThat(errors(with("port: \"${port}\"", "port: 8080, headers: {A: 1}")))
                .isEmpty();
        assertThat(errors(with(
                        "{pause: dependency}",
                        "[{packet-loss: {target: client, percent: 12.5, direction: incoming}}, {kill: client}]")))
                .isEmpty();
        assertThat(errors(with("probe: reports-failure", "probe: {process: {role: client, is: ended, exit-code: 0}}")))
                .isEmpty();
        assertThat(errors(RIGHT + "  - parallel: [[{hold: x, for: 1s}], [{repeat: 2, steps: [{hold: x, for: 1s}]}]]\n"))
                .isEmpty();
        assertThat(errors(RIGHT
                        + "  - {terminate: client, within: 3s, exit-codes: [0], again-after: 1s, finishing: works}\n"))
                .isEmpty();
        assertThat(errors(RIGHT
                        + "reference: {client: {program: [python-service], naive: timeout}, dependency: redis}\n"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "format: 1|format: 2",
                "name: slow-database|name: Slow Database",
                "title: The database|titel: The database",
                "why: It happens.|why: [a]",
                "client: the service|Client: the service",
                "default: 8080, about|about",
                "{http: {role: client, port: 8080|{htpp: {role: client, port: 8080",
                "port: 8080, status|port: 80800, status",
                "port: 8080, status|prot: 8080, status",
                "status: 503|status: ok",
                "within: 5s|within: soon",
                "within: 5s|within: 5",
                "- heal: pause|- haul: pause",
                "- heal: pause|- {heal: pause, inject: {pause: client}}",
                "{pause: dependency}|{pasue: dependency}",
                "{pause: dependency}|{packet-loss: {target: client, percnt: 3}}",
                "{pause: dependency}|{packet-loss: {target: client, percent: much}}",
                "{pause: dependency}|{partition: {target: client, direction: up}}",
                "{pause: dependency}|{latency: client}",
                "{pause: dependency}|{}",
                "steady: [works]|steady: []"
            })
    void refusesWhatTheReaderRefuses(String change) {
        String text = with(change.split("\\|")[0], change.split("\\|")[1]);

        assertThat(problems(text)).isNotEmpty();
        assertThat(errors(text)).isNotEmpty();
    }

    @Test
    void saysOfEachFaultAndFieldWhatItIs() {
        assertThat(ScenarioSchema.json())
                .contains("How late, as \\\"200ms\\\".", "How long one look may take. Default: 2s.")
                .doesNotContain("{@", "while the test's body runs", "\"description\": \"\"");
    }

    private static List<String> errors(String yaml) {
        Object loaded = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return SCHEMA.validate(new Gson().toJson(loaded), InputFormat.JSON).stream()
                .map(Object::toString)
                .toList();
    }
}
