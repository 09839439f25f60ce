package io.faultline.scenario;

/** Nothing plays a role that a scenario needs. */
public final class UnboundRoleException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public UnboundRoleException(String message) {
        super(message);
    }
}
