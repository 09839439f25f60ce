package io.faultline.scenario.reference;

import io.faultline.scenario.reference.ProgramSpec.Trait;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The programs that play a role in reference systems: clients, which do units of work when they are asked to over HTTP,
 * and the servers that these depend on. Each client does all as it should, or leaves the things at their default that it
 * is told to.
 */
public enum Program {
    /** An HTTP service under waitress, which notes in Redis, or in one of several, what it does. */
    PYTHON_SERVICE(ProgramSpec.client(Image.PYTHON, "/reference/service.py")
            .defects("timeout", "sigterm", "logging", "bulkhead", "connection", "failover", "init", "second")),
    /** A worker that takes tasks from a list in Redis. */
    PYTHON_WORKER(ProgramSpec.client(Image.PYTHON, "/reference/worker.py").defects("timeout", "sigterm", "logging")),
    /** Publishes messages to Redis all the time, and never waits for an answer. */
    PYTHON_PUBLISHER(ProgramSpec.client(Image.PYTHON, "/reference/publisher.py").defects("user-timeout")),
    /** Fetches a file by passive FTP: commands go over one connection, the file over another. */
    PYTHON_FTP(ProgramSpec.client(Image.PYTHON, "/reference/ftp.py").defects("timeout")),
    /** Fetches a document over HTTP/1.0, whose end is told by the end of the connection. */
    PYTHON_FETCH(ProgramSpec.client(Image.PYTHON, "/reference/fetch.py").defects("deadline")),
    /** Holds a lease in Redis, which runs out unless it is renewed in time. Tells at {@code /held} whether it ever did. */
    PYTHON_LEASE(ProgramSpec.client(Image.PYTHON, "/reference/lease.py")
            .defects("wall-clock")
            .with(Trait.FAKE_CLOCK)),
    /** Writes records to a small disk, and notes them in Redis. */
    PYTHON_SPOOL(ProgramSpec.client(Image.PYTHON, "/reference/spool.py")
            .defects("space")
            .with(Trait.DATA)),
    /** An HTTP service under asyncio, which hands work over to a thread by a bounded queue. */
    PYTHON_ASYNC(ProgramSpec.client(Image.PYTHON, "/reference/asynchronous.py").defects("blocking-queue")),
    /** An HTTP service that speaks with its Redis over a plain socket. */
    JAVA_SERVICE(ProgramSpec.java("java-service").defects("timeout", "sigterm", "logging")),
    /** A worker that blocks on a list in Redis, over a connection on which nothing moves when there is nothing to do. */
    JEDIS_WORKER(ProgramSpec.java("jedis-worker").defects("keepalive", "sigterm", "logging")),
    /** The same worker behind a proxy that answers its kernel's probes, so that it has to ask again by itself. */
    JEDIS_HEARTBEAT(ProgramSpec.java("jedis-heartbeat")
            .with(Trait.HOST_NETWORK)
            .defects("heartbeat", "keepalive", "sigterm", "logging")),
    /** Asks a Redis and answers, with a pool, retries and a deadline. */
    JEDIS_SERVICE(ProgramSpec.java("jedis-service")
            .defects("timeout", "deadline", "retry", "reconnect", "dns", "sigterm", "logging")),
    /** Fifty clients of one Redis, which lose their connections at the same moment. */
    JEDIS_CROWD(ProgramSpec.java("jedis-crowd").defects("jitter", "sigterm", "logging")),
    /** Asks a Redis over one connection of Lettuce's. */
    LETTUCE_SERVICE(ProgramSpec.java("lettuce-service").defects("timeout", "reconnect", "sigterm", "logging")),
    /** Works in transactions of a PostgreSQL, and does so by itself every half a second. */
    POSTGRES_SERVICE(ProgramSpec.java("postgres-service").defects("retry", "start", "pool", "sigterm", "logging")),
    /** Stores payloads in a MariaDB. */
    MARIADB_SERVICE(ProgramSpec.java("mariadb-service").defects("too-big", "sigterm", "logging")),
    /** A consumer of a RabbitMQ's queue. */
    RABBIT_WORKER(ProgramSpec.java("rabbit-worker").defects("heartbeat", "sigterm", "logging")),

    /** A MariaDB that takes statements of at most 1 MB. */
    MARIADB(ProgramSpec.server(Image.MARIADB, 3306, ".*mariadbd: ready for connections.*")),
    /** A PostgreSQL that trusts everybody. */
    POSTGRES(ProgramSpec.server(Image.POSTGRES, 5432, ".*database system is ready to accept connections.*")),
    /** A RabbitMQ without plugins. */
    RABBITMQ(ProgramSpec.server(Image.RABBITMQ, 5672, ".*completed with 0 plugins.*")),
    /** A Redis that keeps nothing. */
    REDIS(ProgramSpec.server(Image.REDIS, 6379, ".*Ready to accept connections.*")),
    /** An FTP server of one small file, with passive ports from 30000 to 30009. */
    FTP(ProgramSpec.server(Image.PYTHON, 2100, "ready", "/reference/ftp_server.py")),
    /** An HTTP/1.0 server of one document, which tells no length. */
    FILES(ProgramSpec.server(Image.PYTHON, 8000, "ready", "/reference/files_server.py"));

    private final ProgramSpec spec;

    Program(ProgramSpec spec) {
        this.spec = spec;
    }

    /**
     * The program of this name.
     *
     * @throws IllegalArgumentException if there is none; the message tells those that there are
     */
    public static Program named(String name) {
        return Arrays.stream(values())
                .filter(program -> program.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No reference program is called \"" + name
                        + "\" (there is: "
                        + Arrays.stream(values()).map(Program::toString).collect(Collectors.joining(", ")) + ")."));
    }

    ProgramSpec spec() {
        return spec;
    }

    boolean has(Trait trait) {
        return spec.traits().contains(trait);
    }

    /** Whether others depend on it; else it is a client, which depends on the servers of its system. */
    public boolean isServer() {
        return has(Trait.SERVER);
    }

    /** The port that it is asked at: a client's HTTP, or the one that a server's clients connect to. */
    public int port() {
        return spec.port();
    }

    /** What it ends with when it was told to stop and did so well. */
    public int exitCode() {
        return spec.exitCode();
    }

    /** The words for what it leaves at its default if it is told to, in alphabetical order. */
    public Set<String> defects() {
        return new TreeSet<>(spec.defects());
    }

    /** As in files and reports: {@code python-service}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
