package io.faultline.agent;

/** The agent could not be started or reached, or it refused a request. If it refused, nothing stays changed. */
public class AgentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public AgentException(String message) {
        super(message);
    }

    public AgentException(String message, Throwable cause) {
        super(message, cause);
    }
}
