package io.faultline.inject;

/**
 * An injection was closed that never met a packet, or not for as long as was asked: nothing that was seen meanwhile says
 * anything about the fault. An {@link AssertionError}, so that a test that would be green without meaning ends red.
 */
public final class NoEffectError extends AssertionError {

    private static final long serialVersionUID = 1L;

    public NoEffectError(String message, Throwable opened) {
        super(message, opened);
    }
}
