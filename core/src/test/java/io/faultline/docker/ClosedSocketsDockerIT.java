package io.faultline.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.observe.Client;
import io.faultline.observe.ClientActivity;
import io.faultline.observe.ClientActivity.What;
import io.faultline.observe.SocketTable;
import io.faultline.observe.TcpSocket.State;
import io.faultline.world.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A container that opens and closes connections all the time, and looks at its sockets in between. */
@Timeout(60)
class ClosedSocketsDockerIT {

    private static final int LOOKS = 200;
    private static final String BUSY = """
            import socket, threading, time
            server = socket.create_server(("127.0.0.1", 7100), backlog=99)
            def serve():
                while True:
                    with server.accept()[0] as connection:
                        while connection.recv(9):
                            pass
            threading.Thread(target=serve, daemon=True).start()
            while True:
                with socket.create_connection(("127.0.0.1", 7100)) as client:
                    client.send(b"x")
                    time.sleep(0.03)
            """;

    @Test
    void whatTheClientClosesIsNotSeenToEnd() {
        try (DockerRun run = DockerRun.open();
                Peer busy = new Peer()) {
            busy.withCommand("python3", "-c", "print('ready', flush=True)\n" + BUSY)
                    .start();
            Client client = run.client(busy.target());
            ClientActivity activity = new ClientActivity();
            int open = 0;
            for (int look = 0; look < LOOKS; look++) {
                long began = System.nanoTime();
                SocketTable table =
                        client.look().only(socket -> socket.peer().port() == 7100 && socket.state() != State.LISTEN);
                activity.look(began, table);
                open += (int) table.sockets().stream()
                        .filter(socket -> socket.state() == State.ESTABLISHED)
                        .count();
            }

            assertThat(open).as("connections that were seen open").isGreaterThan(LOOKS / 4);
            assertThat(activity.first(event ->
                            event.what() == What.ENDED && event.socket().state() != State.SYN_SENT))
                    .isEmpty();
        }
    }
}
