package io.faultline.reference;

import java.time.Duration;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A worker that takes tasks from a list, over a connection on which nothing moves while there is nothing to do. So nothing
 * tells it that the connection is dead, unless its kernel probes it, or it asks again now and then.
 */
final class JedisWorker implements Client {

    private static final String TASKS = "tasks";
    private static final Duration ANSWER = Duration.ofMillis(500);
    private static final Duration WORK = Duration.ofSeconds(2);
    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final int FOR_EVER = 0;
    private static final int HEARTBEAT_SECONDS = 1;

    private final Output output;
    private final int askAgainSeconds;
    private final JedisClientConfig config;
    private final Waiting waiting = new Waiting(WORK);
    private volatile boolean well;

    private JedisWorker(Output output, int askAgainSeconds) {
        this.output = output;
        this.askAgainSeconds = askAgainSeconds;
        // A blocking command's answer is waited for without bound where the command itself has none.
        this.config = Redis.config(ANSWER, ANSWER)
                .blockingSocketTimeoutMillis(2 * 1000 * askAgainSeconds)
                .build();
        Thread worker = new Thread(this::run, "worker");
        worker.setDaemon(true);
        worker.start();
    }

    /** One that relies on its kernel's probes. */
    static JedisWorker idle(Output output) {
        return new JedisWorker(output, FOR_EVER);
    }

    /** One that asks again every second: something on its way, like a proxy, answers the probes in the server's place. */
    static JedisWorker withHeartbeat(Output output) {
        return new JedisWorker(output, Naive.HEARTBEAT ? FOR_EVER : HEARTBEAT_SECONDS);
    }

    @Override
    public Answer work(Unit unit) throws Exception {
        return waiting.hand(unit, task -> {
            try (Jedis redis = new Jedis(Redis.dependency(), config)) {
                redis.lpush(TASKS, task);
            }
        });
    }

    @Override
    public boolean isWell() {
        return well;
    }

    private void run() {
        try {
            while (true) {
                takeTasks();
                Pause.of(AGAIN);
            }
        } catch (InterruptedException e) {
            return; // nobody interrupts it
        }
    }

    private void takeTasks() throws InterruptedException {
        try (Jedis redis = connect()) {
            redis.ping();
            well = true;
            output.say("connected");
            while (true) {
                List<String> task = redis.blpop(askAgainSeconds, TASKS);
                if (task != null) {
                    waiting.work(task.get(1));
                }
            }
        } catch (JedisException e) {
            if (well) {
                output.say("lost: " + e.getMessage());
            }
            well = false;
        }
    }

    private Jedis connect() {
        return Naive.KEEPALIVE ? new Jedis(Redis.dependency(), config) : Redis.probed(config);
    }
}
