package io.faultline.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.docker.DockerRun;
import io.faultline.docker.Labels;
import io.faultline.journal.Event.Kind;
import io.faultline.verify.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each scenario on each reference system: it HOLDS for one that does all as it should, and is BROKEN by its one weakness. */
@Execution(ExecutionMode.CONCURRENT)
class ReferenceScenariosDockerIT {

    @ParameterizedTest
    @EnumSource
    void worksOnThoughNobodyReadsItsLogs(Reference system) {
        Result result = play(new BlockedOutput(), Client.RESILIENT, system);

        assertHeld(result);
        assertThat(result.timeToDetect().orElseThrow()).isLessThan(Duration.ofSeconds(5));
        assertThat(result.timeToRecover()).isPresent();
        assertThat(result.journal().events()).anyMatch(event -> event.kind() == Kind.EVIDENCE);
    }

    @ParameterizedTest
    @EnumSource
    void standsStillWhereItLogsWhileItWorks(Reference system) {
        Result result = play(new BlockedOutput(), Client.NAIVE, system);

        assertBroken(result, "\"it works on\" did not come true");
        assertThat(result.verdict().advice().orElseThrow()).contains("bounded queue");
        assertThat(result.timeToDetect()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void finishesItsWorkBeforeItStops(Reference system) {
        Result result = play(new GracefulShutdown(), Client.RESILIENT, system);

        assertHeld(result);
        assertThat(result.timeToEnd().orElseThrow()).isBetween(Duration.ofMillis(100), Duration.ofSeconds(5));
        assertThat(result.journal().events())
                .anyMatch(
                        event -> event.kind() == Kind.ENDED && event.text().endsWith("exit code " + system.exitCode()));
    }

    @ParameterizedTest
    @CsvSource({
        "PYTHON_SERVICE, does not catch SIGTERM",
        "PYTHON_WORKER, does not catch SIGTERM",
        "JAVA_SERVICE, What was under way was lost"
    })
    void isKilledOrLosesItsWorkWhereItDoesNotHandleTheSignal(Reference system, String why) {
        Result result = play(new GracefulShutdown(), Client.NAIVE, system);

        assertBroken(result, why);
        // PID 1 does not hear what it does not catch, but a JVM catches it for itself.
        assertThat(result.timeToEnd().isPresent()).isEqualTo(system == Reference.JAVA_SERVICE);
    }

    @ParameterizedTest
    @EnumSource
    void stopsThoughNobodyReadsItsLogs(Reference system) {
        Result result = play(new ShutdownWhileBlocked(), Client.RESILIENT, system);

        assertHeld(result);
        assertThat(result.timeToEnd()).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void neverStopsWhereItSaysGoodbyeToAFullPipe(Reference system) {
        Result result = play(new ShutdownWhileBlocked(), Client.NAIVE, system);

        assertBroken(result, "stands in a write to a full pipe");
        assertThat(result.timeToEnd()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void tellsThatItsDependencyStandsStill(Reference system) {
        Result result = play(new PausedDependency(), Client.RESILIENT, system);

        assertHeld(result);
        // Each gives an answer a second.
        assertThat(result.timeToDetect().orElseThrow()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(5));
        assertThat(result.timeToRecover()).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void waitsAsLongAsItsDependencyStandsStillWithoutABound(Reference system) {
        Result result = play(new PausedDependency(), Client.NAIVE, system);

        assertBroken(result, "a bound of its own");
    }

    private static void assertHeld(Result result) {
        assertThat(result.verdict().outcome()).as(result.verdict().toString()).isEqualTo(Outcome.HELD);
    }

    private static void assertBroken(Result result, String why) {
        assertThat(result.verdict().outcome()).as(result.verdict().toString()).isEqualTo(Outcome.BROKEN);
        assertThat(result.verdict().toString()).contains(why);
    }

    private static Result play(Scenario scenario, Client client, Reference system) {
        Settings settings = new Settings(client, Optional.of(system), false);
        try (DockerRun run = DockerRun.open()) {
            run.agent();
            Result result = new Player(run, settings, new Silence()).play(scenario);
            assertThat(left(run)).as("containers after the run").isEmpty();
            return result;
        }
    }

    private static List<String> left(DockerRun run) {
        return run
                .engine()
                .client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.RUN, run.id(), Labels.ROLE, "reference"))
                .exec()
                .stream()
                .map(container -> container.getNames()[0])
                .toList();
    }
}
