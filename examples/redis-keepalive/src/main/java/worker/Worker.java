package worker;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisException;

/** Takes jobs off a Redis list, one after another. Between jobs its connection is idle, for as long as it takes. */
public final class Worker implements AutoCloseable {

    private static final long PAUSE_BETWEEN_ATTEMPTS_NANOS = 200_000_000;

    private final JedisSocketFactory sockets;
    private final Thread thread = new Thread(this::run, "worker");
    private volatile Jedis redis;
    private volatile boolean connected;
    private volatile boolean closed;

    private Worker(JedisSocketFactory sockets) {
        this.sockets = sockets;
    }

    /** Starts a worker; it goes on connecting until it is closed. */
    public static Worker connect(String host, int port) {
        return start(new KeepaliveSockets(host, port));
    }

    static Worker start(JedisSocketFactory sockets) {
        Worker worker = new Worker(sockets);
        worker.thread.start();
        return worker;
    }

    public boolean isConnected() {
        return connected;
    }

    public boolean isDisconnected() {
        return !connected;
    }

    private void run() {
        while (!closed) {
            // No read timeout: a blocking pop waits for the next job, however long that takes.
            try (Jedis jedis = new Jedis(
                    sockets,
                    DefaultJedisClientConfig.builder().socketTimeoutMillis(0).build())) {
                redis = jedis;
                jedis.ping();
                connected = true;
                while (!closed) {
                    work(jedis.blpop(0, "jobs"));
                }
            } catch (JedisException e) {
                connected = false;
                LockSupport.parkNanos(PAUSE_BETWEEN_ATTEMPTS_NANOS);
            }
        }
    }

    private void work(List<String> job) {
        System.out.println("done: " + job.get(1));
    }

    /** Ends the connection, and with it the blocking pop; the thread ends by itself. */
    @Override
    public void close() {
        closed = true;
        Jedis current = redis;
        if (current != null) {
            current.disconnect();
        }
    }
}
