package io.faultline.fault;

/** A jar on the class path lists a fault that cannot be read. */
public final class FaultIndexException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    FaultIndexException(String message) {
        super(message);
    }

    FaultIndexException(String message, Throwable cause) {
        super(message, cause);
    }
}
