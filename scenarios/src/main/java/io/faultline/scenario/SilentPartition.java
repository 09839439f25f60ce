package io.faultline.scenario;

import io.faultline.fault.Partition;
import io.faultline.verify.Trial;
import java.time.Duration;
import java.util.Optional;

/** Redis is cut off without a word while a worker waits for its next job. */
final class SilentPartition implements Scenario {

    private static final Duration STEADY = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofMillis(300);
    private static final Duration NOTICES = Duration.ofSeconds(5);
    private static final Duration WORKS_AGAIN = Duration.ofSeconds(10);

    @Override
    public String name() {
        return "silent-partition";
    }

    @Override
    public String title() {
        return "A worker waits for jobs while the network to its Redis goes silent";
    }

    @Override
    public String why() {
        return "A switch, a firewall or a dead host sends no RST. A client that waits without keepalive or a deadline "
                + "waits for hours, with every health check green and no work done.";
    }

    /** The client is a worker in this JVM, the system a Redis alone. */
    @Override
    public Settings heeds(Settings given) {
        return new Settings(given.client(), Optional.empty(), given.containerLegOnly());
    }

    @Override
    public void play(Stage stage) throws InterruptedException {
        stage.prepares("starting the reference system (Redis)");
        try (RedisServer redis = RedisServer.start(stage.run());
                RedisWorker worker =
                        RedisWorker.start(redis.published(), stage.settings().client())) {
            JobQueue queue = new JobQueue(redis.published(), worker);
            stage.awaitSteady("the client does its work", queue.new JobDone(), STEADY);
            // Until its last words are acknowledged, the kernel would retransmit them instead of probing the
            // connection.
            stage.awaitSteady(
                    "the client waits for the next job", () -> worker.idle().compareTo(IDLE) > 0, STEADY);

            Trial trial = stage.during(partition(redis, stage.settings()));
            stage.waitsFor("the client notices", NOTICES);
            trial.expect("the client notices", worker.detector()).within(NOTICES);

            JobQueue.JobDone again = queue.new JobDone();
            stage.waitsFor("it works again", WORKS_AGAIN);
            trial.afterHealing("it works again", again).within(WORKS_AGAIN);
            if (again.lost() > 0) {
                stage.note(
                        again.lost() + " job(s) pushed after healing went to the client's dead connection, which Redis "
                                + "still took for alive, and were lost: BLPOP hands over without a receipt");
            }
        }
    }

    private static Partition partition(RedisServer redis, Settings settings) {
        Partition partition = Partition.of(redis.target());
        return settings.containerLegOnly() ? partition.containerLegOnly() : partition;
    }
}
