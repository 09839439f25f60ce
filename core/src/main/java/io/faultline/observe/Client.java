package io.faultline.observe;

import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Whom a verdict is about.
 *
 * @param name for people: {@code this JVM}, {@code "web"}
 * @param containerId the engine's full id, where it is a container
 * @param sockets what is known of its connections; empty where anybody may be the client, so that nothing is attributed
 */
public record Client(
        String name,
        Optional<String> containerId,
        @API(status = Status.INTERNAL) Optional<ClientSockets> sockets) {

    @API(status = Status.INTERNAL)
    public Client {}

    /** Any client: verdicts say that nothing was attributed. */
    public static Client anyone() {
        return new Client("anyone", Optional.empty(), Optional.empty());
    }

    /** Its sockets now; none where nobody in particular is the client. */
    @API(status = Status.INTERNAL)
    public SocketTable look() {
        return sockets.map(ClientSockets::all).orElseGet(() -> new SocketTable(List.of(), System.nanoTime()));
    }
}
