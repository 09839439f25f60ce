package io.faultline.topology;

/**
 * A target cannot be used for a fault: it is unknown, ambiguous, stopped, shares the host's network, or has nothing between
 * itself and the other target. Nothing was touched.
 */
public final class TargetException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TargetException(String message) {
        super(message);
    }
}
