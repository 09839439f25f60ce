package io.faultline.junit;

import io.faultline.docker.DockerRun;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/** The one run, and so the one agent, of all tests of a JVM. JUnit closes it at the very end. */
// CloseableResource is deprecated since 5.13, but it is the only thing that 5.12 closes.
@SuppressWarnings("deprecation")
record SharedRun(DockerRun run) implements Store.CloseableResource, AutoCloseable {

    static final Namespace NAMESPACE = Namespace.create(SharedRun.class);

    /** @throws io.faultline.docker.engine.EngineException if no Docker engine can be reached */
    static DockerRun of(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(SharedRun.class, key -> new SharedRun(DockerRun.open()), SharedRun.class)
                .run();
    }

    @Override
    public void close() {
        run.close();
    }
}
