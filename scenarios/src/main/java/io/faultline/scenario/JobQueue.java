package io.faultline.scenario;

import io.faultline.observe.Condition;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** Gives a worker something to do. For one thread. */
final class JobQueue {

    private static final long PATIENCE_NANOS = 250_000_000;

    private final HostAndPort server;
    private final RedisWorker worker;
    private int pushed;

    JobQueue(HostAndPort server, RedisWorker worker) {
        this.server = server;
        this.worker = worker;
    }

    /**
     * Whether the worker does work: it is connected, and has done a job that was pushed after this was made. A look
     * pushes the job, or another one if the last was not done within a quarter of a second, and waits for Redis alone.
     */
    final class JobDone implements Condition {

        private final List<String> jobs = new ArrayList<>();
        private long lastPushNanos;

        @Override
        public boolean holds() {
            if (!worker.isConnected()) {
                return false;
            }
            if (jobs.contains(worker.lastJob())) {
                return true;
            }
            if (jobs.isEmpty() || System.nanoTime() - lastPushNanos > PATIENCE_NANOS) {
                lastPushNanos = System.nanoTime();
                push();
            }
            return false;
        }

        // Each over a connection of its own, so that under the fault there is none but the worker's to look at.
        private void push() {
            String job = "job-" + ++pushed;
            try (Jedis jedis = new Jedis(server, RedisWorker.CONFIG)) {
                jedis.rpush(RedisWorker.QUEUE, job);
                jobs.add(job);
            } catch (JedisException e) {
                return; // the system does not work yet, and that is the answer
            }
        }

        /** How many jobs Redis has taken, but the worker never got, before the one that it did. */
        int lost() {
            return Math.max(0, jobs.indexOf(worker.lastJob()));
        }
    }
}
