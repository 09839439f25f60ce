package io.faultline.reference;

import java.io.IOException;
import java.util.Optional;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.Jedis;

/** One unit of work with a Redis, whose attempts can be ended by another thread. */
final class RedisUnit {

    private final ConnectionPool pool;
    private final Unit unit;
    private Optional<Connection> current = Optional.empty();
    private boolean tooLate;

    RedisUnit(ConnectionPool pool, Unit unit) {
        this.pool = pool;
        this.unit = unit;
    }

    void take() throws InterruptedException {
        unit.take();
    }

    /** Notes that it is done, and gets a value of its size. */
    void attempt() throws InterruptedException {
        try (Connection connection = pool.getResource()) {
            use(connection);
            Jedis redis = new Jedis(connection);
            redis.set(unit.name(), "done");
            if (unit.bytes() > 0) {
                get(redis);
            }
            leave();
        }
    }

    // A value of that size is there from the first unit that asked for it, so that later ones only read.
    private void get(Jedis redis) {
        String key = "bytes-" + unit.bytes();
        if (!redis.exists(key)) {
            redis.set(key, "x".repeat(unit.bytes()));
        }
        redis.get(key);
    }

    private synchronized void use(Connection connection) throws InterruptedException {
        if (tooLate) {
            throw new InterruptedException("It is too late for another attempt.");
        }
        current = Optional.of(connection);
    }

    // From here on the connection is another unit's.
    private synchronized void leave() {
        current = Optional.empty();
    }

    /** Ends the attempt that is under way, and lets no other begin. */
    synchronized void giveUp() {
        tooLate = true;
        try {
            if (current.isPresent()) {
                current.get().forceDisconnect();
            }
        } catch (IOException e) {
            return; // it is closed then
        }
    }
}
