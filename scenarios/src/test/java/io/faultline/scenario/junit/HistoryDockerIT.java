package io.faultline.scenario.junit;

import static io.faultline.Faultline.target;
import static io.faultline.history.Claim.LINEARIZABLE;
import static io.faultline.history.Claim.MONOTONIC_READS;
import static io.faultline.history.Claim.NOTHING_LOST;
import static io.faultline.history.Claim.NOTHING_TWICE;
import static io.faultline.history.Claim.NO_FAILED_WRITE_DONE;
import static io.faultline.history.Claim.NO_WRONG_ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.Faultline;
import io.faultline.fault.process.Pause;
import io.faultline.history.Completion;
import io.faultline.history.History;
import io.faultline.history.Operation;
import io.faultline.inject.Injection;
import io.faultline.junit.FaultlineTest;
import io.faultline.verify.BrokenError;
import io.faultline.verify.InconclusiveError;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Histories of clients of a Redis that is paused: what has timed out is done all the same. */
@FaultlineTest
class HistoryDockerIT {

    private final GenericContainer<?> redis = new GenericContainer<>(RedisImage.get()).withExposedPorts(6379);

    @BeforeEach
    void start() {
        redis.start();
    }

    @AfterEach
    void stop() {
        redis.stop();
    }

    /** A client that opens a connection when it needs one, and closes it when it fails. */
    private static final class Client {

        private final GenericContainer<?> redis;
        private Jedis connection;

        private Client(GenericContainer<?> redis) {
            this.redis = redis;
            this.connection = open(redis);
        }

        private static Jedis open(GenericContainer<?> redis) {
            return new Jedis(
                    redis.getHost(),
                    redis.getMappedPort(6379),
                    DefaultJedisClientConfig.builder()
                            .autoNegotiateProtocol(false)
                            .connectionTimeoutMillis(500)
                            .socketTimeoutMillis(500)
                            .build());
        }

        <T> T does(Function<Jedis, T> command) {
            try {
                return command.apply(connection);
            } catch (JedisConnectionException e) {
                connection.close();
                connection = open(redis);
                throw e;
            }
        }

        /** The naive one: what has timed out is done again until it is acknowledged. */
        <T> T doesAgainAndAgain(Function<Jedis, T> command, Runnable beforeSecond) {
            try {
                return does(command);
            } catch (JedisConnectionException e) {
                beforeSecond.run();
                return does(command);
            }
        }
    }

    private List<String> orders() {
        try (Jedis own = Client.open(redis)) {
            return own.lrange("orders", 0, -1);
        }
    }

    private String value(String key) {
        try (Jedis own = Client.open(redis)) {
            return own.get(key);
        }
    }

    /** Throws what is thrown, and is what the test is about. */
    private static void expecting(Faultline faultline, Runnable check) {
        try {
            check.run();
        } catch (AssertionError e) {
            throw faultline.acknowledge(e);
        }
    }

    private static void timesOut(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(JedisConnectionException.class);
    }

    // snippet: history
    @Test
    void noOrderIsLostAndNoneIsTakenTwice(Faultline faultline) {
        History history = faultline.history();
        Client client = new Client(redis);
        history.add("orders", "o-1", () -> client.does(jedis -> jedis.rpush("orders", "o-1")));

        Injection pause = faultline.inject(Pause.of(target(redis)));
        timesOut(() -> history.add("orders", "o-2", () -> client.does(jedis -> jedis.rpush("orders", "o-2"))));
        pause.heal();

        history.add("orders", "o-3", () -> client.does(jedis -> jedis.rpush("orders", "o-3")));
        history.check("orders").against(this::orders).holds(NOTHING_LOST, NOTHING_TWICE);
    }
    // end snippet

    @Test
    void whatHasTimedOutIsUnknownAndDone(Faultline faultline) {
        History history = faultline.history();
        Client client = new Client(redis);
        Injection pause = faultline.inject(Pause.of(target(redis)));
        timesOut(() -> history.add("orders", "o-1", () -> client.does(jedis -> jedis.rpush("orders", "o-1"))));
        pause.heal();

        history.check("orders").against(this::orders).holds(NOTHING_TWICE);
        assertThat(history.operations().stream().map(Operation::completion)).containsExactly(Completion.UNKNOWN);
        assertThat(orders()).containsExactly("o-1");
        assertThatExceptionOfType(InconclusiveError.class)
                .isThrownBy(() -> expecting(
                        faultline,
                        () -> history.check("orders").against(this::orders).holds(NO_FAILED_WRITE_DONE)))
                .withMessageContaining("no write to \"orders\" failed for certain");
        assertThatExceptionOfType(InconclusiveError.class)
                .isThrownBy(() -> expecting(
                        faultline,
                        () -> history.check("orders").against(this::orders).holds(NOTHING_LOST)))
                .withMessageContaining("no write to \"orders\" was acknowledged");
    }

    @Test
    void aClientThatRepeatsWhatHasTimedOutCountsTwice(Faultline faultline) {
        History history = faultline.history();
        Client client = new Client(redis);
        history.increment("count", 1, () -> client.does(jedis -> jedis.incr("count")));
        Injection pause = faultline.inject(Pause.of(target(redis)));

        history.increment("count", 1, () -> client.doesAgainAndAgain(jedis -> jedis.incr("count"), pause::heal));

        assertThatExceptionOfType(BrokenError.class)
                .isThrownBy(() -> expecting(
                        faultline,
                        () -> history.check("count")
                                .against(() -> value("count"))
                                .holds(NOTHING_LOST, NOTHING_TWICE)))
                .withMessageContaining(
                        "the counter \"count\" is at 3, but with all that was acknowledged or is unknown it "
                                + "can be at 2 at most")
                .withMessageContaining("increment(\"count\", 1) by process 1, ok (+0.");
    }

    @Test
    void aClientThatTakesATimeoutForAFailureIsWrong(Faultline faultline) {
        History history = faultline.history().failsWith(JedisConnectionException.class);
        Client client = new Client(redis);
        Injection pause = faultline.inject(Pause.of(target(redis)));
        timesOut(() -> history.add("orders", "o-1", () -> client.does(jedis -> jedis.rpush("orders", "o-1"))));
        pause.heal();
        history.add("orders", "o-2", () -> client.does(jedis -> jedis.rpush("orders", "o-2")));

        assertThatExceptionOfType(BrokenError.class)
                .isThrownBy(() -> expecting(
                        faultline,
                        () -> history.check("orders").against(this::orders).holds(NO_FAILED_WRITE_DONE)))
                .withMessageContaining("1 of 1 failed writes to \"orders\" was done all the same. It is "
                        + "add(\"orders\", \"o-1\") by process 1, failed (+0.");
    }

    @Test
    void aRegisterThatIsWrittenUnderAPauseIsLinearizable(Faultline faultline) {
        History history = faultline.history();
        Client client = new Client(redis);
        history.write("k", "a", () -> client.does(jedis -> jedis.set("k", "a")));
        Injection pause = faultline.inject(Pause.of(target(redis)));
        timesOut(() -> history.write("k", "b", () -> client.does(jedis -> jedis.set("k", "b"))));
        timesOut(() -> history.read("k", () -> client.does(jedis -> jedis.get("k"))));
        pause.heal();
        history.read("k", () -> client.does(jedis -> jedis.get("k")));
        history.write("k", "c", () -> client.does(jedis -> jedis.set("k", "c")));
        history.read("k", () -> client.does(jedis -> jedis.get("k")));

        history.check("k")
                .against(() -> value("k"))
                .holds(LINEARIZABLE, NO_WRONG_ANSWER, MONOTONIC_READS, NOTHING_LOST);
    }

    /** Reads a value over a connection that goes on after a timeout: the next answer is that of the command before. */
    private static String get(Socket socket, String key) throws IOException {
        socket.getOutputStream().write(("GET " + key + "\r\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        line(in); // the length
        return line(in);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            line.append((char) read);
        }
        return line.toString().strip();
    }

    @Test
    void aClientThatReadsOnAfterATimeoutGivesAWrongAnswer(Faultline faultline) throws IOException {
        History history = faultline.history();
        Client client = new Client(redis);
        history.write("a", "1", () -> client.does(jedis -> jedis.set("a", "1")));
        history.write("b", "2", () -> client.does(jedis -> jedis.set("b", "2")));
        try (Socket socket = new Socket(redis.getHost(), redis.getMappedPort(6379))) {
            socket.setSoTimeout(500);
            assertThat(history.read("b", () -> get(socket, "b"))).isEqualTo("2");
            Injection pause = faultline.inject(Pause.of(target(redis)));
            assertThatThrownBy(() -> history.read("a", () -> get(socket, "a")))
                    .isInstanceOf(SocketTimeoutException.class);
            pause.heal();
            socket.setSoTimeout(10_000);
            history.read("b", () -> get(socket, "b"));
        }

        assertThatExceptionOfType(BrokenError.class)
                .isThrownBy(() -> expecting(faultline, () -> history.check("b").holds(NO_WRONG_ANSWER)))
                .withMessageContaining("a read of \"b\" was answered with \"1\", which nobody wrote to it");
    }

    @Test
    void aCheckWithoutAClaimFailsAtTheEnd(Faultline faultline) {
        Faultline own = Faultline.in(faultline.run());
        own.history().check("k");

        assertThatThrownBy(own::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has no claim, so it checked nothing");
    }
}
