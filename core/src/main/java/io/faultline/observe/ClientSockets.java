package io.faultline.observe;

import java.util.List;

/** A read-only look at the established TCP connections of the client under test. */
@FunctionalInterface
public interface ClientSockets {

    /**
     * The client's connections now, to whomever.
     *
     * @throws RuntimeException if its sockets cannot be seen from here
     */
    List<TcpSocket> established();
}
