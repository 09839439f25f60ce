package io.faultline.docker;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Heals with a new agent when the old one died under open faults: killed, or removed by a Docker daemon that restarted.
 * The kernel would end the harm by itself, but its rules would stay. Tries again while the daemon is away.
 */
final class OrphanHealer implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(OrphanHealer.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final DockerRun run;

    private OrphanHealer(DockerRun run) {
        this.run = run;
    }

    /** Begins on a daemon thread of its own, and returns at once. */
    static void begin(DockerRun run) {
        Thread thread = new Thread(new OrphanHealer(run), "faultline-rescue");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        long giveUp = System.nanoTime() + LIMIT.toNanos();
        RuntimeException last = null;
        while (run.needsRescue() && System.nanoTime() - giveUp < 0) {
            try {
                run.registry().sweepOrphans();
                return;
            } catch (RuntimeException e) {
                last = e;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        if (last != null && run.needsRescue()) {
            LOG.error(
                    "The agent died under open faults, and no new one could heal them within {} s. The kernel has ended "
                            + "the harm; run 'faultline heal' to remove the rules.",
                    LIMIT.toSeconds(),
                    last);
        }
    }
}
