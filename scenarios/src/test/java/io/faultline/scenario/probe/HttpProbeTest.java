package io.faultline.scenario.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.faultline.observe.Observation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HttpProbeTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final HttpProbe GET = HttpProbe.get("client", 8080, "/work?ms=1");

    private static Observation look(HttpProbe probe, Listener listener) throws InterruptedException {
        try (listener) {
            return probe.look(listener, LONG);
        }
    }

    @Test
    void saysWhichStatusItWasAnsweredWithAndWhen() throws InterruptedException {
        Observation seen = look(GET, Listener.answering("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone"));

        assertThat(seen.ok()).isTrue();
        assertThat(seen.detail()).matches("200 after \\d+ ms");
    }

    @Test
    void saysWhyTheAnswerWasNotTheRightOne() throws InterruptedException {
        Observation seen =
                look(GET, Listener.answering("HTTP/1.1 503 No\r\nContent-Length: 23\r\n\r\nRedis does not answer\r\n"));

        assertThat(seen.ok()).isFalse();
        assertThat(seen.detail()).matches("503 after \\d+ ms: Redis does not answer");
    }

    @Test
    void acceptsEachOfSeveralStatuses() throws InterruptedException {
        HttpProbe probe = new HttpProbe("client", 80, "/", "POST", List.of(200, 503), Optional.empty(), Map.of());

        assertThat(look(probe, Listener.answering("HTTP/1.1 503 No\r\n\r\n")).ok())
                .isTrue();
        assertThat(look(probe, Listener.answering("HTTP/1.1 204 None\r\n\r\n")).ok())
                .isFalse();
    }

    @Test
    void readsChunksAndInterimAnswers() throws InterruptedException {
        HttpProbe probe = new HttpProbe("client", 80, "/", "GET", List.of(200), Optional.of("hello world"), Map.of());
        String chunks = "6\r\nhello \r\n5;x=y\r\nworld\r\n0\r\nTrailer: 1\r\n\r\n";

        Observation seen = look(
                probe,
                Listener.answering(
                        "HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks));

        assertThat(seen.detail()).matches("200 after \\d+ ms");
        assertThat(seen.ok()).isTrue();
    }

    @Test
    void missesTextInTheBody() throws InterruptedException {
        HttpProbe probe = new HttpProbe("client", 80, "/", "GET", List.of(200), Optional.of("up"), Map.of());

        Observation seen = look(probe, Listener.answering("HTTP/1.1 200 OK\r\n\r\ndown"));

        assertThat(seen.ok()).isFalse();
        assertThat(seen.detail()).contains("\"up\" is not in what it said, \"down\"");
    }

    @Test
    void asksOnceWhereTheConnectionEndsWithoutAnAnswer() throws InterruptedException {
        Listener listener = Listener.answering("");

        Observation seen = look(GET, listener);

        assertThat(seen.ok()).isFalse();
        assertThat(seen.detail()).startsWith("connection closed before the answer had ended");
        assertThat(listener.connections()).isOne();
    }

    @Test
    void isNotContentWithHalfABody() throws InterruptedException {
        assertThat(look(GET, Listener.answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"))
                        .ok())
                .isFalse();
    }

    @Test
    void doesNotFollowARedirect() throws InterruptedException {
        Listener listener = Listener.answering("HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n");

        assertThat(look(GET, listener).detail()).contains("302", "expected 200");
        assertThat(listener.connections()).isOne();
    }

    @Test
    void endsInTimeThoughNobodyAnswers() throws InterruptedException {
        try (Listener silent = Listener.silent()) {
            Observation seen = GET.look(silent, SHORT);

            assertThat(seen.ok()).isFalse();
            assertThat(seen.detail()).isEqualTo("no answer within 200 ms");
            assertThat(seen.took()).isLessThan(LONG);
        }
    }

    @Test
    void endsInTimeThoughTheBodyTricklesForEverAndThenLetsGo() throws InterruptedException {
        CountDownLatch letGo = new CountDownLatch(1);
        Listener trickling = Listener.serving((connection, request) -> {
            try {
                connection.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                while (true) {
                    connection.getOutputStream().write('.');
                }
            } finally {
                letGo.countDown();
            }
        });
        try (trickling) {
            assertThat(GET.look(trickling, SHORT).detail()).isEqualTo("no answer within 200 ms");
            assertThat(letGo.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void sendsItsHeadersAndClosesTheConnection() throws InterruptedException {
        List<String> sent = new ArrayList<>();
        HttpProbe probe = new HttpProbe(
                "client", 80, "/", "POST", List.of(200), Optional.empty(), Map.of("host", "shop", "X-Test", "1"));

        look(probe, Listener.serving((connection, request) -> {
            for (String line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
                sent.add(line);
            }
            connection.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }));

        assertThat(sent).contains("host: shop", "X-Test: 1", "Connection: close", "Content-Length: 0");
        assertThat(sent).noneMatch(line -> line.startsWith("Host:"));
    }

    @Test
    void tellsThatNoHttpIsSpoken() throws InterruptedException {
        assertThat(look(GET, Listener.answering("-ERR unknown command 'GET'\r\n"))
                        .detail())
                .startsWith("no HTTP answer, but: ")
                .contains("-ERR unknown command");
    }

    @Test
    void tellsThatNobodyListens() throws InterruptedException {
        Listener closed = Listener.silent();
        closed.close();

        assertThat(GET.look(closed, LONG).detail()).startsWith("connection refused after ");
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpProbe.get("client", 80, "health"))
                .withMessageContaining("begins with /");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpProbe.get("client", 0, "/"))
                .withMessageContaining("from 1 to 65535");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HttpProbe("client", 80, "/", "GET", List.of(99), Optional.empty(), Map.of()))
                .withMessageContaining("status");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HttpProbe(
                        "client", 80, "/", "GET", List.of(200), Optional.empty(), Map.of("X", "1\r\nY: 2")))
                .withMessageContaining("header");
    }
}
