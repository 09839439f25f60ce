package io.faultline.scenario.system;

import java.util.List;

/** Roles cannot be bound to containers as it was chosen. The message tells all problems, what there is, and what to write. */
public final class BindingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    BindingException(String message) {
        super(message);
    }

    BindingException(List<String> problems, List<String> facts) {
        this(String.join(System.lineSeparator(), problems)
                + System.lineSeparator()
                + String.join(System.lineSeparator(), facts));
    }
}
