package io.faultline.scenario.junit;

import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.EngineException;
import io.faultline.journal.Journal;
import io.faultline.journal.JournalJson;
import io.faultline.journal.Timeline;
import io.faultline.scenario.Result;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.run.ScenarioRunner;
import io.faultline.verify.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.platform.commons.JUnitException;
import org.junit.platform.commons.util.UnrecoverableExceptions;
import org.junit.platform.engine.EngineExecutionListener;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.FileEntry;
import org.junit.platform.engine.reporting.ReportEntry;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plays the scenarios of one request, with one run and one agent for all of them. */
final class Execution {

    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

    /** How long what was interrupted may take to heal and to clean up. */
    private static final Duration CLEANING = Duration.ofSeconds(60);

    private final ExecutionRequest request;
    private final EngineExecutionListener listener;
    private final Configuration configuration;

    Execution(ExecutionRequest request) {
        this.request = request;
        this.listener = request.getEngineExecutionListener();
        this.configuration = new Configuration(request.getConfigurationParameters());
    }

    void run() {
        TestDescriptor engine = request.getRootTestDescriptor();
        List<ScenarioDescriptor> tests = ScenarioResolver.scenarios(engine).toList();
        listener.executionStarted(engine);
        listener.executionFinished(engine, result(() -> playAll(tests)));
    }

    /** What an engine's or a test's code came to. */
    private interface Code {
        void run() throws Exception;
    }

    private static TestExecutionResult result(Code code) {
        try {
            code.run();
            return TestExecutionResult.successful();
        } catch (TestAbortedException e) {
            return TestExecutionResult.aborted(e);
        } catch (Throwable e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            UnrecoverableExceptions.rethrowIfUnrecoverable(e);
            return TestExecutionResult.failed(e);
        }
    }

    private void playAll(List<ScenarioDescriptor> tests) throws InterruptedException {
        if (tests.isEmpty()) {
            return;
        }
        List<Scenario> read =
                tests.stream().flatMap(test -> test.scenario().stream()).toList();
        configuration.requireKnown(read, read.size() == tests.size());
        read.forEach(configuration::stage); // so that a value that is none fails all, before anything is started
        ExecutorService threads = Executors.newFixedThreadPool(configuration.atOnce());
        try (LazyRun run = new LazyRun()) {
            List<? extends Future<?>> all = tests.stream()
                    .map(test -> threads.submit(() -> execute(test, run)))
                    .toList();
            try {
                for (Future<?> each : all) {
                    each.get();
                }
            } catch (ExecutionException e) {
                throw new JUnitException("A listener of JUnit has failed: " + e.getCause(), e);
            } finally {
                threads.shutdownNow(); // if this was interrupted, what still plays heals and cleans up now
                awaitCleaning(threads);
            }
        }
    }

    private static void awaitCleaning(ExecutorService threads) {
        boolean interrupted = Thread.interrupted();
        try {
            threads.awaitTermination(CLEANING.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void execute(ScenarioDescriptor test, LazyRun run) {
        if (request.getCancellationToken().isCancellationRequested()) {
            listener.executionSkipped(test, "the execution was cancelled");
            return;
        }
        listener.executionStarted(test);
        listener.executionFinished(test, result(() -> play(test, run)));
    }

    private void play(ScenarioDescriptor test, LazyRun lazy) {
        Scenario scenario = test.requireScenario();
        DockerRun run;
        try {
            run = lazy.get();
        } catch (EngineException e) {
            throw Outcomes.without(e, configuration.isStrict());
        }
        Setup stage = configuration.stage(scenario);
        Result result = new ScenarioRunner(run).play(scenario, stage.source(), stage.settings(), new Silent());
        publish(test, result);
        Outcomes.require(result, configuration.isStrict());
    }

    /** A report that cannot be written fails no test. */
    private void publish(TestDescriptor test, Result result) {
        Journal journal = result.journal();
        if (result.verdict().outcome() != Outcome.HELD) {
            listener.reportingEntryPublished(test, ReportEntry.from("faultline.timeline", Timeline.of(journal)));
        }
        try {
            Path file = request.getOutputDirectoryCreator()
                    .createOutputDirectory(test)
                    .resolve("faultline-journal.json");
            Files.writeString(file, JournalJson.of(journal).toString());
            listener.fileEntryPublished(test, FileEntry.from(file, "application/json"));
        } catch (IOException | JUnitException e) {
            LOG.warn("The journal could not be attached to the report of {}: {}", test.getDisplayName(), e.toString());
        }
    }
}
