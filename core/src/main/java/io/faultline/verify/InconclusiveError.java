package io.faultline.verify;

/** Nothing was learned: the fault had no effect, or it could not be looked. An error, so that it is never green. */
public final class InconclusiveError extends AssertionError {

    private static final long serialVersionUID = 1L;

    public InconclusiveError(String message, Throwable cause) {
        super(message, cause);
    }

    public InconclusiveError(String message) {
        super(message);
    }
}
