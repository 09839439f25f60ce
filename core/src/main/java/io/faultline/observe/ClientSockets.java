package io.faultline.observe;

import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A read-only look at the sockets of the client under test. */
@FunctionalInterface
@API(status = Status.INTERNAL)
public interface ClientSockets {

    /**
     * The client's sockets now, in every state, to whomever; those of TCP without an owner, which may be somebody else's,
     * included, and all of UDP in its network namespace.
     *
     * @throws RuntimeException if they cannot be seen from here
     */
    SocketTable all();

    /**
     * Where its packets come from, as it is now; empty if that cannot be told.
     *
     * @throws RuntimeException if it cannot be looked at
     */
    default Optional<ClientNetwork> network() {
        return Optional.empty();
    }
}
