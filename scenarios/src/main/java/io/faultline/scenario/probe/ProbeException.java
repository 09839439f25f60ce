package io.faultline.scenario.probe;

/** A look cannot tell how things are, and could not whatever the system did. The message tells the cure. */
public final class ProbeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ProbeException(String message) {
        super(message);
    }

    ProbeException(String message, Throwable cause) {
        super(message, cause);
    }
}
