package io.faultline.docker;

/** Docker cannot be used: it is not there, not permitted, or cannot give what is needed. Nothing was touched. */
public final class EngineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
