package io.faultline.scenario;

/** The system was not in its steady state before the fault, so that nothing under the fault would mean anything. */
public final class NotSteadyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotSteadyException(String message) {
        super(message);
    }
}
