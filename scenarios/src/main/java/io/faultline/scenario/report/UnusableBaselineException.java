package io.faultline.scenario.report;

import java.nio.file.Path;

/** Thrown when there is nothing in a file that a run can be compared with. */
public final class UnusableBaselineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableBaselineException(Path file, String why, Throwable cause) {
        super("Cannot compare with \"" + file + "\": " + why + ".", cause);
    }
}
