package io.faultline.scenario.reference;

import io.faultline.docker.engine.EngineException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Starts containers that do not depend on each other at the same time. */
final class Startup {

    private static final int GIVING_UP_SECONDS = 10;

    private Startup() {}

    /**
     * Returns when all are ready. On failure some can still be there, but nobody starts any more.
     *
     * @throws EngineException if one does not get ready; the message tells what it logged at last
     */
    static void together(List<MemberContainer> containers) throws InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (Future<Void> started :
                    threads.invokeAll(containers.stream().map(Startup::starting).toList())) {
                started.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof EngineException failed
                    ? failed
                    : new EngineException(String.valueOf(e.getMessage()), e);
        } finally {
            threads.shutdownNow();
            threads.awaitTermination(GIVING_UP_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static Callable<Void> starting(MemberContainer container) {
        return () -> {
            try {
                container.start();
                return null;
            } catch (RuntimeException e) {
                throw new EngineException(
                        "Cannot start \"" + container.part().role() + "\" ("
                                + container.part().program() + ", from image " + container.getDockerImageName() + "): "
                                + String.valueOf(innermost(e).getMessage()).strip()
                                + " 'faultline doctor' examines what this engine can do.",
                        e);
            }
        };
    }

    // Testcontainers only says that it failed, and its causes say why.
    private static Throwable innermost(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null || cause.getMessage() == null ? failure : innermost(cause);
    }
}
