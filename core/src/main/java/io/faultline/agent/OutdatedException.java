package io.faultline.agent;

/** The agent refused a change that was planned for what is so no longer. Look again; nothing stays changed. */
public final class OutdatedException extends AgentException {

    private static final long serialVersionUID = 1L;

    OutdatedException(String message) {
        super(message);
    }
}
