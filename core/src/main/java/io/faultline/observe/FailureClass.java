package io.faultline.observe;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;

/** How a client's connection failed, as the client saw it. */
public enum FailureClass {
    /** Nobody listens: ECONNREFUSED. */
    REFUSED,
    /** The peer, or a firewall in its place, sent RST, or the client wrote to a connection that was so closed. */
    RESET,
    /** No answer in time: a read or connect timeout, or ETIMEDOUT from keepalive or retransmission. */
    TIMEOUT,
    /** The peer closed in good order: end of stream. */
    EOF,
    /** No way there: host or network unreachable. */
    UNREACHABLE,
    /** Anything else. */
    OTHER;

    private static final int DEEPEST_CAUSE = 20;

    /** Classes the failure by the deepest cause that says something: libraries wrap, the socket knows. */
    public static FailureClass of(Throwable failure) {
        FailureClass found = OTHER;
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++, cause = cause.getCause()) {
            FailureClass one = ofOne(cause);
            found = one == OTHER ? found : one;
        }
        return found;
    }

    // The JDK's sockets tell most errors apart only by the text of strerror(3).
    private static FailureClass ofOne(Throwable failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (failure instanceof NoRouteToHostException
                || message.contains("unreachable")
                || message.contains("no route to host")) {
            return UNREACHABLE;
        }
        if (failure instanceof SocketTimeoutException
                || failure instanceof TimeoutException
                || message.contains("timed out")) {
            return TIMEOUT;
        }
        if (failure instanceof PortUnreachableException || message.contains("connection refused")) {
            return REFUSED;
        }
        if (message.contains("connection reset")
                || message.contains("broken pipe")
                || message.contains("connection abort")) {
            return RESET;
        }
        if (failure instanceof EOFException
                || failure instanceof ClosedChannelException
                || message.contains("end of stream")
                || message.contains("connection closed by")) {
            return EOF;
        }
        return failure instanceof ConnectException ? REFUSED : OTHER;
    }
}
