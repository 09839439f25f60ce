package io.faultline.verify;

import org.opentest4j.AssertionFailedError;

/** An expectation was broken: the fault was there, and what was expected did not come true in time. */
public final class BrokenError extends AssertionFailedError {

    private static final long serialVersionUID = 1L;

    public BrokenError(String message) {
        super(message);
    }
}
