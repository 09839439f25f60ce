package io.faultline.fault.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.Faultline;
import io.faultline.fault.Fault;
import io.faultline.inject.Injection;
import io.faultline.topology.StreamRoute;
import io.faultline.world.Line;
import io.faultline.world.Peer;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** What docker-proxy makes of a stream fault, for clients that cannot reach the proxy itself. */
@Testcontainers
class StreamPublishedPortDockerIT {

    private static final int PATIENCE_MILLIS = 20_000;

    @Container
    private static final Peer PEER = new Peer();

    private final Faultline faultline = Faultline.open();
    private StreamRoute route;

    @BeforeEach
    void open() {
        route = faultline.through(PEER.target());
    }

    @AfterEach
    void close() {
        faultline.close();
    }

    @Test
    void showsAClientOfThePublishedPortAnEndOfStreamWhereItRefuses() throws Exception {
        faultline.inject(ClosedStream.of(PEER.target())).allowNoEffect();

        try (Socket socket = patient(Peer.connect("127.0.0.1", route.proxy().published()))) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1); // of docker-proxy
        }
    }

    @Test
    void showsAClientOfThePublishedPortAnEndOfStreamWhereItResets() throws Exception {
        for (Fault fault : List.of(
                ResetStream.of(PEER.target()), LimitedStream.of(PEER.target()).to(1))) {
            Injection injection = faultline.inject(fault);
            try (Socket socket = patient(Peer.connect("127.0.0.1", route.proxy().published()))) {
                socket.getOutputStream().write("hello\n".getBytes());
                assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(2);
            }
            assertThat(injection.heal().tookEffect()).isTrue();
        }
        Injection injection = faultline.inject(StalledStream.of(PEER.target()));
        try (Line line =
                new Line(patient(Peer.connect("127.0.0.1", route.proxy().published())))) {
            assertThat(line.swallows("lost")).isTrue();
            assertThat(injection.heal().tookEffect()).isTrue();
            assertThat(line.eventually()).isNull();
        }
    }

    private static Socket patient(Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }
}
