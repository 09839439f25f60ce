package io.faultline.scenario.junit;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A client of Redis that keeps one connection for its work. A resilient one bounds each answer, connects again, and has a
 * heartbeat on a second connection; a naive one leaves Jedis' time-outs at none and has no heartbeat.
 */
final class RedisClient implements AutoCloseable {

    private static final int BOUND_MILLIS = 1000;
    private static final long BEAT_NANOS = 300_000_000;

    private final Supplier<HostAndPort> address;
    private final int boundMillis;
    private Jedis connection;
    private volatile boolean healthy = true;
    private volatile boolean closed;

    private RedisClient(Supplier<HostAndPort> address, int boundMillis) {
        this.address = address;
        this.boundMillis = boundMillis;
    }

    /** @param address asked for at each connect */
    static RedisClient resilient(Supplier<HostAndPort> address) {
        RedisClient client = new RedisClient(address, BOUND_MILLIS);
        Thread heart = new Thread(client::beat, "heartbeat");
        heart.setDaemon(true);
        heart.start();
        return client;
    }

    static RedisClient naive(Supplier<HostAndPort> address) {
        return new RedisClient(address, 0);
    }

    boolean isHealthy() {
        return healthy;
    }

    void work() {
        if (connection == null) {
            connection = connect();
        }
        try {
            connection.incr("units");
        } catch (JedisException e) {
            connection.close();
            connection = null;
            throw e;
        }
    }

    private Jedis connect() {
        return new Jedis(
                address.get(),
                DefaultJedisClientConfig.builder()
                        .connectionTimeoutMillis(boundMillis)
                        .socketTimeoutMillis(boundMillis)
                        .build());
    }

    private void beat() {
        while (!closed) {
            try (Jedis own = connect()) {
                while (!closed) {
                    own.ping();
                    healthy = true;
                    LockSupport.parkNanos(BEAT_NANOS);
                }
            } catch (RuntimeException e) { // as from a container that is not there for the moment
                healthy = false;
                LockSupport.parkNanos(BEAT_NANOS);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
