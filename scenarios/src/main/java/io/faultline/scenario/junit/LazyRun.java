package io.faultline.scenario.junit;

import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.EngineException;
import java.util.Optional;

/** A run that is opened, with its agent, when the first scenario needs it. Thread-safe. */
final class LazyRun implements AutoCloseable {

    private Optional<DockerRun> run = Optional.empty();
    private Optional<EngineException> refused = Optional.empty();

    /** @throws EngineException if there is no engine; it is not tried again */
    synchronized DockerRun get() {
        if (refused.isPresent()) {
            throw refused.get();
        }
        if (run.isEmpty()) {
            run = Optional.of(opened());
        }
        return run.get();
    }

    private DockerRun opened() {
        DockerRun opened;
        try {
            opened = DockerRun.open();
        } catch (EngineException e) {
            refused = Optional.of(e);
            throw e;
        }
        try {
            opened.agent();
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        run.ifPresent(DockerRun::close);
        run = Optional.empty();
    }
}
