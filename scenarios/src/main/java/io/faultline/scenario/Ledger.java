package io.faultline.scenario;

import java.util.Optional;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;

/** The Redis of a reference system as we read it: how far each unit of work is. For one thread. */
final class Ledger {

    private static final String QUEUE = "work";

    // Nothing is judged by how fast it is, so that a busy machine may take its time.
    private static final JedisClientConfig CONFIG = DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis(5000)
            .socketTimeoutMillis(5000)
            .serverDefaultProtocol()
            .build();

    private final HostAndPort redis;
    private int named;

    Ledger(HostAndPort redis) {
        this.redis = redis;
    }

    /** A name for the next unit of work. */
    String next() {
        return "work-" + ++named;
    }

    /** {@code begun} or {@code done}; empty before. */
    Optional<String> state(String name) {
        try (Jedis jedis = new Jedis(redis, CONFIG)) {
            return Optional.ofNullable(jedis.get(name));
        }
    }

    void push(String job) {
        try (Jedis jedis = new Jedis(redis, CONFIG)) {
            jedis.rpush(QUEUE, job);
        }
    }
}
