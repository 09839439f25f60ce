package io.faultline.scenario.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.faultline.scenario.Variant;
import io.faultline.scenario.report.ReportSchema;
import io.faultline.scenario.yaml.Catalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

class FaultlineCommandIT {

    // Long enough for what comes in between on a busy machine.
    private static final String FOR_LONG = "notices-within=60s";

    private static RunLeftovers leftovers;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        leftovers = RunLeftovers.afterBuilding(Variant.RESILIENT);
    }

    @AfterAll
    static void close() {
        leftovers.close();
    }

    @Test
    void exitsWith0AndWritesReportsWhereTheClientCopes() throws Exception {
        Command command = Command.run(folder, "run", "silent-partition", "--out", "reports/here");

        assertThat(command.exitCode()).as(command.out() + command.err()).isZero();
        assertThat(command.err()).isEmpty();
        assertThat(command.out())
                .contains("up to 5 s for \"the client notices\"", "detected     the client notices: 503 after")
                .containsPattern(
                        "(?m)^HELD {2}silent-partition \\(resilient jedis-worker\\) {2}detected after \\d\\.\\d\\d s");
        assertThat(folder.resolve("reports/here/index.html")).content().contains("silent-partition");
        JsonObject scenario = scenario("reports/here");
        assertThat(scenario.get("outcome").getAsString()).isEqualTo("HELD");
        assertThat(scenario.get("time_to_detect_ns").getAsLong()).isBetween(1_500_000_000L, 5_000_000_000L);
        assertThat(scenario.getAsJsonObject("journal").getAsJsonArray("events")).hasSizeGreaterThan(5);
        assertThat(suite("reports/here").getAttribute("failures")).isEqualTo("0");
        assertNothingIsLeftOf(command.runId());
    }

    @Test
    void exitsWith1WhereTheClientIsBroken() throws Exception {
        Command command = Command.run(folder, "run", "silent-partition", "--client", "naive", "--out", "reports");

        assertThat(command.exitCode()).as(command.out() + command.err()).isEqualTo(1);
        assertThat(command.out()).contains("\nBROKEN  silent-partition (naive jedis-worker)", "about 2 hours");
        assertThat(scenario("reports").get("outcome").getAsString()).isEqualTo("BROKEN");
        assertThat(suite("reports").getAttribute("failures")).isEqualTo("1");
        assertNothingIsLeftOf(command.runId());
    }

    @Test
    void exitsWith3WhereAFaultHarmedNobody() throws Exception {
        String harmless = Catalog.source("paused-dependency")
                .replace("inject: {pause: dependency}", "inject: {partition: {target: dependency, ports: 1-2}}")
                .replaceAll("(?s)  - expect: the client reports.*?  - heal: pause", "  - heal: pause")
                .replaceAll("(?m)^  (reports-failure|fails-within).*\\R", "");
        Files.writeString(folder.resolve("harmless.scenario.yaml"), harmless);

        Command command = Command.run(folder, "run", "harmless.scenario.yaml", "--quiet", "--out", "reports");

        assertThat(command.exitCode()).as(command.out() + command.err()).isEqualTo(3);
        assertThat(command.out()).startsWith("INCONCLUSIVE  paused-dependency").contains("had no effect");
        assertThat(suite("reports").getAttribute("errors")).isEqualTo("1");
    }

    @Test
    void takesNoLineOfBeforeTheHealingForARecovery() throws Exception {
        String lookingBack = Catalog.source("paused-dependency")
                .replaceFirst("(?s)(it works again\\s+probe: )works", "$1{log: {role: client, contains: ready}}");
        Files.writeString(folder.resolve("looking-back.scenario.yaml"), lookingBack);

        Command command = Command.run(folder, "run", "looking-back.scenario.yaml", "--quiet", "--out", "reports");

        assertThat(command.exitCode()).as(command.out() + command.err()).isEqualTo(1);
        assertThat(command.out()).contains("\"it works again\" did not come true within 5.00 s after healing");
    }

    @Test
    void exitsWith2AndTellsEveryMistakeOfAFileBeforeAnythingIsStarted() throws Exception {
        Files.writeString(folder.resolve("bad.scenario.yaml"), "format: 1\nname: bad\nstepps: []\n");

        Command command = Command.run(folder, "run", "bad.scenario.yaml");

        assertThat(command.exitCode()).isEqualTo(2);
        assertThat(command.err())
                .contains("bad.scenario.yaml:3:1: ", "Did you mean \"steps\"?", "has no \"title\"")
                .doesNotContain("\tat ");
        assertThat(command.out()).isEmpty();
    }

    @Test
    void playsSeveralAtATimeAndShowsEachWhole() throws Exception {
        Command command = Command.run(
                folder, "run", "sigterm", "disk-full", "--parallel", "2", "--repeat", "2", "--out", "reports");

        assertThat(command.exitCode()).as(command.out() + command.err()).isZero();
        assertThat(command.out()).contains("4 HELD, 0 BROKEN, 0 INCONCLUSIVE in ", "(resilient python-spool, round 2)");
        assertThat(report("reports").getAsJsonArray("scenarios")).hasSize(4);
        assertNothingIsLeftOf(command.runId());
    }

    @Test
    void playsAScenarioOnTheReferenceSystemThatIsNamed() throws Exception {
        Command command =
                Command.run(folder, "run", "graceful-shutdown", "--system", "python-worker", "--out", "reports");

        assertThat(command.exitCode()).as(command.out() + command.err()).isZero();
        assertThat(command.out())
                .contains("signal       SIGTERM is sent to \"client\"", "ended with exit code 0")
                .containsPattern("(?m)^HELD {2}graceful-shutdown \\(resilient python-worker\\) {2}ended after \\d\\.");
        assertThat(scenario("reports").get("system").getAsString()).isEqualTo("python-worker");
        assertThat(scenario("reports").get("time_to_end_ns").getAsLong()).isPositive();
        assertNothingIsLeftOf(command.runId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"shutdown-while-blocked", "paused-dependency"})
    void leavesNoReferenceSystemBehindOnCtrlC(String scenario) {
        try (Command command = Command.start(folder, Map.of(), "run", scenario, "--client", "naive")) {
            command.awaitOutput("is in force");

            command.signal("INT");

            assertThat(command.exitCode()).as(command.out() + command.err()).isEqualTo(130);
            assertNothingIsLeftOf(command.runId());
        }
    }

    @Test
    void exitsWith2ForAnUnknownName() {
        Command command = Command.run(folder, "run", "silent-partitions");

        assertThat(command.exitCode()).isEqualTo(2);
        assertThat(command.err()).contains("Did you mean \"silent-partition\"?");
    }

    @Test
    void exitsWith4AndOneMessageWithoutAnEngine() {
        try (Command command =
                Command.start(folder, Map.of("DOCKER_HOST", "unix:///nonexistent"), "run", "--out", "reports")) {
            assertThat(command.exitCode()).isEqualTo(4);
            assertThat(command.err().lines())
                    .singleElement()
                    .asString()
                    .startsWith("faultline: Cannot use Docker at DOCKER_HOST=unix:///nonexistent");
        }
        try (Command doctor = Command.start(folder, Map.of("DOCKER_HOST", "unix:///nonexistent"), "doctor")) {
            assertThat(doctor.exitCode()).isEqualTo(4);
            assertThat(doctor.out()).contains("MISSING  docker", "to do: Start that engine");
        }
    }

    @Test
    void healsAndCleansUpAndReportsOnCtrlC() throws Exception {
        try (Command command = Command.start(
                folder,
                Map.of(),
                "run",
                "silent-partition",
                "--client",
                "naive",
                "--set",
                FOR_LONG,
                "--out",
                "reports")) {
            command.awaitOutput("is in force");
            assertThat(leftovers.hostRules(command.runId())).isNotEmpty();

            command.signal("INT");

            assertThat(command.exitCode()).as(command.out() + command.err()).isEqualTo(130);
            assertThat(leftovers.hostRules(command.runId())).isEmpty();
            assertNothingIsLeftOf(command.runId());
            assertThat(report("reports").get("interrupted").getAsBoolean()).isTrue();
            assertThat(scenario("reports").get("reason").getAsString()).contains("interrupted");
            assertThat(suite("reports").getAttribute("errors")).isEqualTo("1");
            assertThat(command.err()).contains("interrupted").doesNotContain("\tat ");
        }
    }

    private static void assertNothingIsLeftOf(String run) {
        assertThat(leftovers.hostRules(run)).isEmpty();
        // The engine removes an agent that has left by itself, a moment later.
        await().atMost(Duration.ofSeconds(10))
                .until(() -> leftovers.containers(run).isEmpty());
    }

    private JsonObject report(String out) throws IOException {
        String json = Files.readString(folder.resolve(out).resolve("report.json"));
        assertThat(ReportSchema.errors(json)).isEmpty();
        return JsonParser.parseString(json).getAsJsonObject();
    }

    private JsonObject scenario(String out) throws IOException {
        return report(out).getAsJsonArray("scenarios").get(0).getAsJsonObject();
    }

    private Element suite(String out) throws Exception {
        return (Element) DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve(out).resolve("junit.xml").toFile())
                .getElementsByTagName("testsuite")
                .item(0);
    }
}
