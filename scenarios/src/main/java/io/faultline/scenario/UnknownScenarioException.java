package io.faultline.scenario;

/** No scenario has this name. The message tells the known ones, and which of them may have been meant. */
public final class UnknownScenarioException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownScenarioException(String message) {
        super(message);
    }
}
