package io.faultline.scenario.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.scenario.yaml.Catalog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command says without any Docker engine. */
class MainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Test
    void listsTheScenarios() {
        assertThat(run("list")).isZero();
        assertThat(out).asString().startsWith(Catalog.names().get(0) + " ");
        assertThat(err).asString().isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "run --help", "heal --help", "doctor --help", "list --help"})
    void helpsWithEveryCommand(String line) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(out).asString().contains("Usage: faultline");
        assertThat(err).asString().isEmpty();
    }

    @Test
    void namesTheExitCodesAndClientsInItsHelp() {
        run("run", "--help");
        assertThat(out).asString().contains("resilient, naive", "INCONCLUSIVE", "Examples:");
    }

    @Test
    void tellsItsVersion() {
        assertThat(run("--version")).isZero();
        assertThat(out).asString().startsWith("faultline ");
    }

    @Test
    void wantsACommand() {
        assertThat(run()).isEqualTo(2);
        assertThat(err).asString().contains("A command is missing", "faultline --help");
    }

    @Test
    void refusesAnUnknownScenario() {
        assertThat(run("run", "paused-dependncy")).isEqualTo(2);
        assertThat(err)
                .asString()
                .contains("Did you mean \"paused-dependency\"?")
                .doesNotContain("\tat ");
    }

    @Test
    void refusesAnUnknownClientAndNamesTheKnown() {
        assertThat(run("run", "--client", "sloppy")).isEqualTo(2);
        assertThat(err).asString().contains("--client", "sloppy", "RESILIENT, NAIVE");
    }

    @Test
    void namesTheReferenceSystems() {
        run("describe", "paused-dependency");
        assertThat(out).asString().contains("python-service or python-worker");
        assertThat(run("run", "--system", "cobol-service")).isEqualTo(2);
        assertThat(err).asString().contains("--system", "cobol-service");
    }

    @Test
    void refusesAnUnknownOptionAndCommand() {
        assertThat(run("run", "--clinet=naive")).isEqualTo(2);
        assertThat(err).asString().contains("--client");
        assertThat(run("hael")).isEqualTo(2);
        assertThat(err).asString().contains("heal");
    }

    @Test
    void findsOutBeforeTheRunThatReportsCannotBeWritten(@TempDir Path temporary) throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        assertThat(run("run", "--out", file.resolve("out").toString())).isEqualTo(2);
        assertThat(err).asString().contains("Cannot write reports to", "Not a directory");
        assertThat(out).asString().isEmpty();
    }
}
