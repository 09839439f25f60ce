package io.faultline.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.observe.FailureClass;
import io.faultline.world.HttpServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SingleAttemptClientTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String WELL = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static HttpAnswer asked(SingleAttemptClient client) throws IOException {
        return client.send("GET", "/", Map.of());
    }

    @Test
    void sendsARequestOnceThoughItsConnectionEndsWithoutAnAnswer() throws Exception {
        try (HttpServer server = HttpServer.answering((connection, number) -> number < 3 ? "" : WELL);
                SingleAttemptClient client = SingleAttemptClient.of(server.uri(), LONG)) {
            assertThatThrownBy(() -> asked(client)).isInstanceOf(EOFException.class);
            assertThat(server.requests()).isOne();
        }
    }

    @Test
    void doesNotRepeatOnAConnectionThatWasUsedBefore() throws Exception {
        try (HttpServer server = HttpServer.answering((connection, number) -> number == 2 ? "" : WELL);
                SingleAttemptClient client = SingleAttemptClient.of(server.uri(), LONG)) {
            assertThat(asked(client)).isEqualTo(new HttpAnswer(200, "ok"));
            assertThatThrownBy(() -> asked(client))
                    .satisfies(e -> assertThat(FailureClass.of(e)).isEqualTo(FailureClass.EOF));
            assertThat(server.requests()).isEqualTo(2);
            assertThat(server.connections()).isOne();
            assertThat(asked(client).status()).isEqualTo(200);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void opensAnotherConnectionIfTheServiceHasClosedTheLastOne() throws Exception {
        try (HttpServer server = HttpServer.answering((connection, number) -> WELL);
                SingleAttemptClient client = SingleAttemptClient.of(server.uri(), LONG)) {
            asked(client);
            server.closeConnections();
            assertThat(asked(client).status()).isEqualTo(200);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void isNotContentWithHalfAnAnswer() throws Exception {
        for (String half : new String[] {
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\nX: 1\r\n",
            "HTTP/1.1 200",
        }) {
            try (HttpServer server = HttpServer.answering((connection, number) -> {
                        connection.write(half);
                        return "";
                    });
                    SingleAttemptClient client = SingleAttemptClient.of(server.uri(), LONG)) {
                assertThatThrownBy(() -> asked(client)).as(half).isInstanceOf(EOFException.class);
            }
        }
    }

    @Test
    void tellsThatTheAnswerIsNoHttp() throws Exception {
        try (HttpServer server = HttpServer.answering((connection, number) -> "-ERR unknown command\r\n");
                SingleAttemptClient client = SingleAttemptClient.of(server.uri(), LONG)) {
            assertThatThrownBy(() -> asked(client))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no HTTP answer");
        }
    }

    @Test
    void waitsForAnAnswerAsLongAsItIsToldTo() throws Exception {
        try (HttpServer server = HttpServer.silent();
                SingleAttemptClient client = SingleAttemptClient.of(server.uri(), Duration.ofMillis(100))) {
            assertThatThrownBy(() -> asked(client)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void canBeClosedWhileItWaits() throws Exception {
        try (HttpServer server = HttpServer.silent();
                SingleAttemptClient client = SingleAttemptClient.of(server.uri(), LONG)) {
            CompletableFuture<HttpAnswer> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return asked(client);
                } catch (IOException e) {
                    return new HttpAnswer(0, String.valueOf(e));
                }
            });
            server.awaitRequest();
            Runnable closing = client::close; // from another thread than that which asks
            closing.run();
            assertThat(answer.get(LONG.toSeconds(), TimeUnit.SECONDS).status()).isZero();
            assertThatThrownBy(() -> asked(client)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void asksOverIpv6() throws Exception {
        try (HttpServer server = HttpServer.at(InetAddress.getByName("::1"), (connection, number) -> WELL);
                SingleAttemptClient client = SingleAttemptClient.of(server.uri(), LONG)) {
            assertThat(server.uri().toString()).startsWith("http://[");
            assertThat(asked(client).body()).isEqualTo("ok");
        }
    }

    @Test
    void tellsThatNobodyListens() throws Exception {
        URI uri;
        try (HttpServer server = HttpServer.silent()) {
            uri = server.uri();
        }
        try (SingleAttemptClient client = SingleAttemptClient.of(uri, LONG)) {
            assertThatThrownBy(() -> asked(client)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void speaksTlsAndTellsWhatToDoIfTheCertificateIsNotTrusted(@TempDir Path folder) throws Exception {
        try (HttpServer server = HttpServer.secured(folder, (connection, number) -> WELL);
                SingleAttemptClient client = SingleAttemptClient.of(server.uri(), LONG);
                SingleAttemptClient trusting = client.trusting(server.trust())) {
            assertThatThrownBy(() -> asked(client))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContainingAll(
                            "https://localhost:", "shows a certificate that this JVM does not trust", "sslContext(");
            assertThat(asked(trusting).body()).isEqualTo("ok");
            assertThat(asked(trusting).body()).isEqualTo("ok");
            assertThat(server.connections()).isEqualTo(2); // one that was not trusted, one that was used twice
        }
    }

    @Test
    void tellsThatTheOtherSideSpeaksNoTls() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                SingleAttemptClient client =
                        SingleAttemptClient.of(URI.create("https://127.0.0.1:" + server.getLocalPort()), LONG)) {
            CompletableFuture.runAsync(() -> sayWell(server));
            assertThatThrownBy(() -> asked(client))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("Does it speak http?");
        }
    }

    private static void sayWell(ServerSocket server) {
        try (Socket connection = server.accept()) {
            connection.getOutputStream().write(WELL.getBytes(StandardCharsets.US_ASCII));
            connection.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void refusesWhatCannotBeAsked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SingleAttemptClient.of(URI.create("redis://localhost"), LONG))
                .withMessageContaining("http://localhost:8080/");
        assertThatIllegalArgumentException().isThrownBy(() -> SingleAttemptClient.of(URI.create("/health"), LONG));
    }
}
