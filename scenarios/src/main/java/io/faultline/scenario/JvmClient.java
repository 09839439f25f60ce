package io.faultline.scenario;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/**
 * A client that runs in this JVM. It does one unit of work at a time, always in the same thread, which is never
 * interrupted: that closes the channels of some clients, and would so end the silence that they wait in. The thread of a
 * unit that never ends stays until the JVM ends.
 */
public final class JvmClient implements AutoCloseable {

    private final BooleanSupplier healthy;
    private final Callable<Void> work;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "faultline-client");
        made.setDaemon(true);
        return made;
    });

    private JvmClient(BooleanSupplier healthy, Callable<Void> work) {
        this.healthy = healthy;
        this.work = work;
    }

    /** One unit of work through what the client depends on: returns when it is done, and throws when it could not be. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    /**
     * A client that is asked for these two.
     *
     * @param healthy what it knows of its connections, without asking anybody
     */
    public static JvmClient of(BooleanSupplier healthy, Work work) {
        return new JvmClient(healthy, () -> {
            work.run();
            return null;
        });
    }

    public boolean isHealthy() {
        return healthy.getAsBoolean();
    }

    /** Does a unit of work as soon as the one before it has ended. Cancel it without interrupting. */
    public Future<Void> work() {
        return thread.submit(work);
    }

    /** Does no other unit; waits for none. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
