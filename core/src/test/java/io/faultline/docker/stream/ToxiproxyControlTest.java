package io.faultline.docker.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.faultline.docker.stream.ToxiproxyControl.ControlException;
import io.faultline.effect.StreamToxic;
import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic;
import io.faultline.world.ResolvedTargets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against control APIs that do not answer, or not the first time. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ToxiproxyControlTest {

    private static final Duration LIMIT = Duration.ofMillis(200);
    private static final String STREAM = "{\"name\":\"stream\",\"listen\":\"\",\"upstream\":\"\",\"enabled\":true}";
    private static final String STALL = "{\"name\":\"faultline-1\",\"type\":\"timeout\",\"stream\":\"upstream\","
            + "\"toxicity\":1,\"attributes\":{\"timeout\":0}}";
    private static final StreamToxic TOXIC =
            new StreamToxic(ResolvedTargets.stream(ResolvedTargets.TARGET, 6379), Way.UPSTREAM, new Toxic.Stalled());

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void release() {
        hanging.countDown();
        threads.shutdownNow();
    }

    @Test
    void givesUpAControlThatAcceptsAndNeverAnswers() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ToxiproxyControl control = new ToxiproxyControl("127.0.0.1", silent.getLocalPort(), LIMIT);

            assertThatThrownBy(() -> control.remove("faultline-1", TOXIC))
                    .isInstanceOf(ControlException.class)
                    .hasMessageContaining("remove \"swallow what goes to \"redis\" port 6379")
                    .hasMessageContaining("gave no answer within 200 ms, 2 times");
        }
    }

    @Test
    void givesUpThoughItsThreadIsInterrupted() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ToxiproxyControl control = new ToxiproxyControl("127.0.0.1", silent.getLocalPort(), LIMIT);
            Thread.currentThread().interrupt();

            assertThatThrownBy(control::toxics).hasMessageContaining("2 times");
            assertThat(Thread.interrupted()).as("told on").isTrue();
        }
    }

    @Test
    void addsOnceIfTheAnswerToTheFirstAttemptIsLost() throws IOException {
        List<String> toxics = new CopyOnWriteArrayList<>();
        AtomicInteger posts = new AtomicInteger();
        ToxiproxyControl control = control(request -> {
            if (request.getRequestMethod().equals("POST")) {
                toxics.add(STALL);
                if (posts.incrementAndGet() == 1) {
                    hang();
                }
                return STALL;
            }
            return request.getRequestURI().getPath().endsWith("/toxics") ? toxics.toString() : STREAM;
        });

        control.add("faultline-1", TOXIC);

        assertThat(toxics).hasSize(1);
        assertThat(asked).filteredOn(line -> line.startsWith("POST")).hasSize(1);
    }

    @Test
    void takesForRemovedWhatIsNotThereAnyMore() throws IOException {
        ToxiproxyControl control = control(request -> {
            String path = request.getRequestURI().getPath();
            return path.endsWith("/toxics") ? "[]" : path.endsWith("faultline-1") ? "" : STREAM;
        });

        control.remove("faultline-1", TOXIC);

        assertThat(asked).noneMatch(line -> line.startsWith("DELETE"));
    }

    private interface Answer {
        String to(HttpExchange request);
    }

    /** An empty answer is that there is no such thing. */
    private ToxiproxyControl control(Answer answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            asked.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
            String said = answer.to(exchange);
            byte[] body = (said.isEmpty() ? "{\"error\":\"toxic not found\"}" : said).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(said.isEmpty() ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return new ToxiproxyControl("127.0.0.1", server.getAddress().getPort(), Duration.ofSeconds(2));
    }

    private void hang() {
        try {
            hanging.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
