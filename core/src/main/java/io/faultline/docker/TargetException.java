package io.faultline.docker;

/** A target cannot be used: it is unknown, ambiguous, stopped, or shares the host's network. Nothing was touched. */
public final class TargetException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TargetException(String message) {
        super(message);
    }
}
