package io.faultline.reference;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisException;

/** Asks a Redis and answers, over the connections of a pool. What fails is tried again over a new one, while there is time. */
final class JedisService implements Client {

    private static final Duration WORK = Duration.ofSeconds(2);
    private static final Duration ATTEMPT = Duration.ofMillis(Naive.RETRY ? 150 : 300);
    private static final Duration LIBRARY_DEFAULT = Duration.ofSeconds(2);
    private static final Duration BETWEEN = Duration.ofMillis(50);
    private static final int CONNECTIONS = 64;
    private static final int PATIENCE = 3;

    private final Output output;
    private final Deadline deadline = new Deadline(WORK);
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final ConnectionPool pool;

    JedisService(Output output) {
        this.output = output;
        JedisClientConfig config = Redis.config(ATTEMPT, answer()).build();
        pool = new ConnectionPool(new ConnectionFactory(Redis.dependency(), config));
        pool.setMaxTotal(CONNECTIONS);
    }

    private static Duration answer() {
        if (Naive.TIMEOUT) {
            return Duration.ZERO;
        }
        return Naive.DEADLINE ? LIBRARY_DEFAULT : ATTEMPT;
    }

    @Override
    public Answer work(Unit unit) throws Exception {
        if (hasGivenUp()) {
            return Answer.unavailable("gave up: Redis was lost");
        }
        RedisUnit work = new RedisUnit(pool, unit);
        if (Naive.TIMEOUT || Naive.DEADLINE) {
            return attempts(work);
        }
        return deadline.work(unit, () -> attempts(work), work::giveUp);
    }

    private Answer attempts(RedisUnit work) throws InterruptedException {
        work.take();
        long end = System.nanoTime() + WORK.toNanos();
        while (true) {
            try {
                work.attempt();
                if (failuresInARow.getAndSet(0) > 0) {
                    output.say("connected");
                }
                return Answer.DONE;
            } catch (JedisException e) {
                if (failuresInARow.getAndIncrement() == 0) {
                    output.say("lost: " + e.getMessage());
                }
                pool.clear(); // its other connections are most likely no better
                if (Naive.RETRY || hasGivenUp() || System.nanoTime() > end) {
                    return Answer.unavailable("Redis does not answer: " + e.getMessage());
                }
            }
            Pause.of(BETWEEN);
        }
    }

    private boolean hasGivenUp() {
        return Naive.RECONNECT && failuresInARow.get() >= PATIENCE;
    }

    @Override
    public boolean isWell() {
        return failuresInARow.get() == 0;
    }
}
