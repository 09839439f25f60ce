package io.faultline.scenario.model;

import io.faultline.history.Claim;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One thing that is done or expected in a scenario. */
public sealed interface Step {

    /** Where its text begins, counted from 1. */
    int line();

    /** The steps that it consists of. */
    default List<Step> inner() {
        return List.of();
    }

    /** It and all that it consists of. */
    default Stream<Step> all() {
        return Stream.concat(Stream.of(this), inner().stream().flatMap(Step::all));
    }

    /**
     * Injects faults as one; they stay until they are healed, or the scenario ends.
     *
     * @param name what {@link Heal} calls it
     */
    record Inject(int line, String name, List<WrittenFault> faults) implements Step {

        public Inject {
            faults = List.copyOf(faults);
        }
    }

    /**
     * Expects that a probe comes to pass, or to fail: under a fault it must have been otherwise before.
     *
     * @param what in words, for reports
     */
    record Expect(int line, String what, Look look, Duration within) implements Step {}

    /** Expects that a probe passes at every look, or fails, for a while; without a probe, only lets time pass. */
    record Hold(int line, String what, Optional<Look> look, Duration span) implements Step {}

    /**
     * Makes calls in the background, each with a number of its own, until they are checked, and records how they end.
     *
     * @param name of their history
     * @param call an {@link io.faultline.scenario.probe.Exchange}
     * @param every from the beginning of a call to that of the next in the same process
     * @param processes how many threads make calls
     * @param failed statuses or exit codes that promise that nothing was done; with any other, nobody knows
     */
    record RecordCalls(int line, String name, NamedProbe call, Duration every, int processes, Set<Integer> failed)
            implements Step {

        public RecordCalls {
            failed = Set.copyOf(failed);
        }
    }

    /**
     * Ends the calls and judges them.
     *
     * @param truth an {@link io.faultline.scenario.probe.Exchange} whose answer has the numbers of the calls that were done
     * @param within for how long the truth is read again until it can be
     */
    record Check(int line, String name, NamedProbe truth, List<Claim> claims, Duration within) implements Step {

        public Check {
            claims = List.copyOf(claims);
        }
    }

    /** Heals what was injected under this name, and proves that it had an effect. */
    record Heal(int line, String name) implements Step {}

    /**
     * Tells a role to stop, and expects that it does so gracefully.
     *
     * @param signal in place of the container's own stop signal
     * @param exitCodes the ones that are right
     * @param lastLogLine a text in one of the last lines that it writes; empty if none is asked for
     * @param againAfter when the signal is sent a second time
     * @param finishing the probe that is begun just before the signal and must still pass
     */
    record Terminate(
            int line,
            String role,
            Duration within,
            Optional<String> signal,
            Set<Integer> exitCodes,
            String lastLogLine,
            Optional<Duration> againAfter,
            Optional<String> finishing)
            implements Step {

        public Terminate {
            exitCodes = Set.copyOf(exitCodes);
        }
    }

    /** Takes several sequences of steps at the same time, and waits for the last. */
    record Parallel(int line, List<List<Step>> branches) implements Step {

        public Parallel {
            branches = branches.stream().map(List::copyOf).toList();
        }

        @Override
        public List<Step> inner() {
            return branches.stream().flatMap(List::stream).toList();
        }
    }

    /** Takes the same steps again and again. */
    record Repeat(int line, int times, List<Step> steps) implements Step {

        public Repeat {
            steps = List.copyOf(steps);
        }

        @Override
        public List<Step> inner() {
            return steps;
        }
    }

    /**
     * A probe, and what it is to say.
     *
     * @param passes whether it is to pass, or to fail
     */
    record Look(String probe, boolean passes) {}
}
