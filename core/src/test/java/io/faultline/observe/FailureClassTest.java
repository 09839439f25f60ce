package io.faultline.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailureClassTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void aPortWhereNobodyListensIsRefused() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            port = server.getLocalPort();
        }

        assertThat(FailureClass.of(catchThrowable(() -> new Socket(LOOPBACK, port).close())))
                .isEqualTo(FailureClass.REFUSED);
        assertThat(FailureClass.of(catchThrowable(() -> SocketChannel.open(new InetSocketAddress(LOOPBACK, port))
                        .close())))
                .isEqualTo(FailureClass.REFUSED);
    }

    @Test
    void aPeerThatClosesWithUnreadDataIsAReset() throws IOException {
        try (Pair pair = new Pair()) {
            pair.client.getOutputStream().write(1);
            pair.accepted.getInputStream(); // accepted, and never read: closing with unread data sends RST (RFC 2525)
            pair.accepted.setSoLinger(true, 0);
            pair.accepted.close();

            assertThat(FailureClass.of(
                            catchThrowable(() -> pair.client.getInputStream().read())))
                    .isEqualTo(FailureClass.RESET);
        }
    }

    @Test
    void writingToAConnectionThatWasResetIsAReset() throws IOException {
        try (Pair pair = new Pair()) {
            pair.accepted.setSoLinger(true, 0);
            pair.accepted.close();

            Throwable failure = catchThrowable(() -> {
                while (true) {
                    pair.client.getOutputStream().write(new byte[1000]);
                }
            });
            assertThat(FailureClass.of(failure)).isEqualTo(FailureClass.RESET);
        }
    }

    @Test
    void aPeerThatNeverAnswersIsATimeout() throws IOException {
        try (Pair pair = new Pair()) {
            pair.client.setSoTimeout(1);

            assertThat(FailureClass.of(
                            catchThrowable(() -> pair.client.getInputStream().read())))
                    .isEqualTo(FailureClass.TIMEOUT);
        }
    }

    @Test
    void aPeerThatNeverAcceptsIsATimeout() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            Throwable failure = catchThrowable(() -> {
                while (true) { // until the backlog is full and the kernel drops the SYN
                    new Socket().connect(server.getLocalSocketAddress(), 20);
                }
            });
            assertThat(FailureClass.of(failure)).isEqualTo(FailureClass.TIMEOUT);
        }
    }

    @Test
    void aPeerThatClosesInGoodOrderIsTheEndOfTheStream() throws IOException {
        try (Pair pair = new Pair()) {
            pair.accepted.close();

            DataInputStream in = new DataInputStream(pair.client.getInputStream());
            assertThat(FailureClass.of(catchThrowable(in::readInt))).isEqualTo(FailureClass.EOF);
        }
    }

    @Test
    void aChannelThatIsClosedIsTheEndOfTheStream() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.close();

        assertThat(FailureClass.of(catchThrowable(() -> channel.read(ByteBuffer.allocate(1)))))
                .isEqualTo(FailureClass.EOF);
    }

    @Test
    void aFutureThatIsNotDoneInTimeIsATimeout() {
        assertThat(FailureClass.of(catchThrowable(() -> new CompletableFuture<>().get(1, TimeUnit.NANOSECONDS))))
                .isEqualTo(FailureClass.TIMEOUT);
    }

    // As the JDK's sockets throw them for what loopback cannot be made to do: strerror(3)'s texts.
    static Stream<Object[]> toldByTheJdk() {
        return Stream.of(
                new Object[] {new ConnectException("Connection timed out"), FailureClass.TIMEOUT},
                new Object[] {new SocketException("Connection timed out (Read failed)"), FailureClass.TIMEOUT},
                new Object[] {new NoRouteToHostException("No route to host"), FailureClass.UNREACHABLE},
                new Object[] {new ConnectException("Network is unreachable"), FailureClass.UNREACHABLE},
                new Object[] {new SocketException("Network unreachable"), FailureClass.UNREACHABLE},
                new Object[] {new SocketException("Software caused connection abort"), FailureClass.RESET},
                new Object[] {new IOException("Broken pipe"), FailureClass.RESET},
                new Object[] {new IllegalStateException("no connection"), FailureClass.OTHER},
                new Object[] {new IOException((String) null), FailureClass.OTHER});
    }

    @ParameterizedTest
    @MethodSource("toldByTheJdk")
    void knowsWhatTheJdkSays(Exception failure, FailureClass expected) {
        assertThat(FailureClass.of(failure)).isEqualTo(expected);
    }

    // Libraries wrap, the socket knows.
    static Stream<Object[]> wrapped() {
        return Stream.of(
                new Object[] {
                    new IllegalStateException(
                            "Unexpected end of stream.", new SocketTimeoutException("Read timed out")),
                    FailureClass.TIMEOUT
                },
                new Object[] {
                    new ExecutionException(new UncheckedIOException(new SocketException("Connection reset"))),
                    FailureClass.RESET
                },
                new Object[] {new TimeoutException().initCause(new EOFException()), FailureClass.EOF},
                new Object[] {new ConnectException("x").initCause(new ClosedChannelException()), FailureClass.EOF},
                new Object[] {
                    new SocketException("Connection reset").initCause(new IllegalStateException()), FailureClass.RESET
                });
    }

    @ParameterizedTest
    @MethodSource("wrapped")
    void believesTheDeepestCauseThatSaysSomething(Throwable failure, FailureClass expected) {
        assertThat(FailureClass.of(failure)).isEqualTo(expected);
    }

    @Test
    void endsWhereCausesGoRoundInACircle() {
        Exception one = new Exception("one");
        Exception other = new Exception("other", one);
        one.initCause(other);

        assertThat(FailureClass.of(one)).isEqualTo(FailureClass.OTHER);
    }

    /** Two ends of one connection over loopback. */
    private static final class Pair implements AutoCloseable {
        private final Socket client;
        private final Socket accepted;

        Pair() throws IOException {
            try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
                client = new Socket(LOOPBACK, server.getLocalPort());
                accepted = server.accept();
            }
        }

        @Override
        public void close() throws IOException {
            client.close();
            accepted.close();
        }
    }
}
