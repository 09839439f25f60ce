package io.faultline.reference;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisException;

/** Many clients of one Redis, each with a connection of its own, which all lose it at the same moment. */
final class JedisCrowd implements Client {

    private static final int SIZE = 50;
    private static final int ENOUGH = 45;
    private static final Duration ANSWER = Duration.ofMillis(500);
    private static final Duration EVERY = Duration.ofMillis(200);
    private static final Duration AT_ONCE = Duration.ofMillis(50);
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration MOST = Duration.ofSeconds(5);

    private final Output output;
    private final JedisClientConfig config = Redis.config(ANSWER, ANSWER).build();
    private final AtomicInteger connected = new AtomicInteger();

    JedisCrowd(Output output) {
        this.output = output;
        for (int member = 0; member < SIZE; member++) {
            Thread thread = new Thread(this::run, "member-" + member);
            thread.setDaemon(true);
            thread.start();
        }
    }

    @Override
    public Answer work(Unit unit) throws InterruptedException {
        try (Jedis redis = new Jedis(Redis.dependency(), config)) {
            unit.take();
            redis.set(unit.name(), "done");
            return Answer.DONE;
        }
    }

    @Override
    public boolean isWell() {
        return connected.get() >= ENOUGH;
    }

    private void run() {
        try {
            Backoff backoff = new Backoff(FIRST, MOST, ThreadLocalRandom.current());
            for (int failures = 1; ; failures++) {
                if (asksWhileConnected()) {
                    failures = 1;
                }
                Pause.of(Naive.JITTER ? AT_ONCE : backoff.after(failures));
            }
        } catch (InterruptedException e) {
            return; // nobody interrupts it
        }
    }

    /** Whether it was connected at all, before it failed. */
    private boolean asksWhileConnected() throws InterruptedException {
        boolean counted = false;
        try (Jedis redis = new Jedis(Redis.dependency(), config)) {
            while (true) {
                redis.ping();
                if (!counted) {
                    counted = true;
                    output.say("connected: " + connected.incrementAndGet());
                }
                Pause.of(EVERY);
            }
        } catch (JedisException e) {
            if (counted) {
                output.say("lost: " + e.getMessage() + "; connected: " + connected.decrementAndGet());
            }
            return counted;
        }
    }
}
