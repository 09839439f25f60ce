package io.faultline.scenario.yaml;

import java.util.List;
import java.util.stream.Collectors;

/** A scenario file cannot be used; the message has a line for each mistake. */
public final class BadScenarioException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    BadScenarioException(List<Problem> problems) {
        super(problems.stream().sorted(Problem.IN_ORDER).map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = problems.stream().sorted(Problem.IN_ORDER).toList();
    }

    /** In their order in the file. */
    public List<Problem> problems() {
        return problems;
    }
}
