package io.faultline;

import io.faultline.fault.Fault;
import io.faultline.history.History;
import io.faultline.shutdown.Termination;
import io.faultline.verify.Experiment;
import java.util.ArrayList;
import java.util.List;

/** The experiments and terminations that a test has begun, so that its end finds those that are not finished. Thread-safe. */
final class Begun {

    private final List<Experiment> experiments = new ArrayList<>();
    private final List<Termination> terminations = new ArrayList<>();
    private boolean ended;

    /** @throws IllegalStateException if the test has ended */
    synchronized void add(Fault fault, Experiment experiment) {
        if (ended) {
            throw new IllegalStateException("Cannot begin during(" + fault
                    + "): the test or scenario that it belongs to has ended, and was healed.");
        }
        experiments.add(experiment);
    }

    /** Also of a test that has ended: containers are told to stop once all is healed. */
    synchronized void add(Termination termination) {
        terminations.add(termination);
    }

    /** Ends them; a problem for each that is not finished. */
    synchronized List<IllegalStateException> end(History history) {
        ended = true;
        List<IllegalStateException> unfinished = new ArrayList<>();
        experiments.forEach(experiment -> experiment.unfinished().ifPresent(unfinished::add));
        experiments.forEach(Experiment::end);
        terminations.forEach(termination -> termination.unfinished().ifPresent(unfinished::add));
        history.unfinished().map(IllegalStateException::new).ifPresent(unfinished::add);
        experiments.clear();
        terminations.clear();
        return unfinished;
    }
}
