package io.faultline.observe;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A read-only look at the TCP sockets of the client under test. */
@FunctionalInterface
@API(status = Status.INTERNAL)
public interface ClientSockets {

    /**
     * The client's sockets now, in every state, to whomever; those without an owner, which may be somebody else's,
     * included.
     *
     * @throws RuntimeException if they cannot be seen from here
     */
    SocketTable all();
}
