package io.faultline.scenario;

/** A system has no such role. The message names the roles that it has. */
public final class UnboundRoleException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public UnboundRoleException(String message) {
        super(message);
    }
}
