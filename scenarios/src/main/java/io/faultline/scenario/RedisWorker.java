package io.faultline.scenario;

import io.faultline.observe.Detector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The reference client: a worker that takes jobs from a Redis list, as real ones do. It blocks in BLPOP without a read
 * timeout, so between jobs its connection is idle, and connects again when that fails. Its thread is a daemon.
 */
final class RedisWorker implements AutoCloseable {

    static final String QUEUE = "jobs";

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    // Jedis takes the socket timeout away from blocking commands, as their answer may take for ever.
    static final JedisClientConfig CONFIG = DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis(1000)
            .socketTimeoutMillis(1000)
            .serverDefaultProtocol()
            .build();

    private final WorkerSockets sockets;
    private final Detector detector = new Detector();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::work, "redis-worker");
    private volatile boolean connected;
    private volatile String lastJob = "";
    private volatile long idleSinceNanos = System.nanoTime();

    private RedisWorker(HostAndPort server, Client client) {
        this.sockets = new WorkerSockets(server, CONFIG, client);
        thread.setDaemon(true);
    }

    /** Starts to work; is not connected yet when this returns. */
    static RedisWorker start(HostAndPort server, Client client) {
        RedisWorker worker = new RedisWorker(server, client);
        worker.thread.start();
        return worker;
    }

    /** Told of every failure of a connection, but not of the one by which {@link #close} ends it. */
    Detector detector() {
        return detector;
    }

    /** Whether Redis has answered on the connection that it has now. */
    boolean isConnected() {
        return connected;
    }

    /** The job that it did last; empty before the first. */
    String lastJob() {
        return lastJob;
    }

    /** How long its connection has carried nothing. */
    Duration idle() {
        return Duration.ofNanos(System.nanoTime() - idleSinceNanos);
    }

    private void work() {
        Duration pause = FIRST_PAUSE;
        do {
            try (Jedis jedis = new Jedis(sockets, CONFIG)) {
                jedis.ping();
                connected = true;
                pause = FIRST_PAUSE;
                processJobs(jedis);
            } catch (JedisException e) {
                connected = false;
                if (!isClosed()) {
                    detector.noticed(e);
                }
            }
            pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
        } while (!isClosedWithin(pause));
    }

    private void processJobs(Jedis jedis) {
        while (!isClosed()) {
            idleSinceNanos = System.nanoTime();
            lastJob = jedis.blpop(0, QUEUE).get(1);
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private boolean isClosedWithin(Duration pause) {
        try {
            return closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return true; // nobody else knows this thread, so the JVM wants it to end
        }
    }

    /** Ends its thread, also out of BLPOP; within the connect timeout if it is about to connect. */
    @Override
    public void close() {
        closed.countDown();
        try {
            sockets.close();
            thread.join(END_LIMIT.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the thread is a daemon and ends by itself
        }
    }
}
