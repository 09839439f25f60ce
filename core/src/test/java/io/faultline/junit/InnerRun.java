package io.faultline.junit;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * A parallel test run within a test. On a thread of its own: a thread of JUnit's pool that waits for another pool runs other
 * tests of its own meanwhile (ForkJoinPool.helpJoin), whose time then counts as that of this one.
 */
final class InnerRun {

    private InnerRun() {}

    static EngineExecutionResults of(EngineTestKit.Builder tests) {
        FutureTask<EngineExecutionResults> run = new FutureTask<>(
                tests.configurationParameter("junit.jupiter.execution.parallel.enabled", "true")::execute);
        Thread thread = new Thread(run, "inner-run");
        thread.start();
        try {
            return run.get();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The inner tests were interrupted.", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
