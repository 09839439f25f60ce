package io.faultline.inject;

/** A fault would hit the same packets as one that is open. Nothing was touched. The cause shows where that was opened. */
public final class ClashException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ClashException(String message, Throwable opened) {
        super(message, opened);
    }
}
