package io.faultline.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * When a fault does its harm, counted from its injection. Pure.
 *
 * @param after how long it waits before its harm begins; zero for at once
 * @param lasting how long from then on until it is healed; empty for until somebody heals it
 * @param pulse whether its harm comes and goes meanwhile
 * @param tunings what it turns into meanwhile, counted from the beginning of its harm
 */
public record Schedule(Duration after, Optional<Duration> lasting, Optional<Pulse> pulse, List<Tuning> tunings) {

    /** At once, steadily, until somebody heals it. */
    public static final Schedule NOW = new Schedule(Duration.ZERO, Optional.empty(), Optional.empty(), List.of());

    private static final Duration SHORTEST_PULSE = Duration.ofMillis(10); // a lift and a restore take 1 ms each

    /** Harm for some time, none for some time, and again. */
    public record Pulse(Duration on, Duration off) {

        /** @throws IllegalArgumentException unless both last at least 10 ms */
        public Pulse {
            if (on.compareTo(SHORTEST_PULSE) < 0 || off.compareTo(SHORTEST_PULSE) < 0) {
                throw new IllegalArgumentException("A pulse of " + words(on) + " on and " + words(off)
                        + " off is too fast to be true: each takes at least " + words(SHORTEST_PULSE) + ".");
            }
        }
    }

    /** Another strength, from this time on. */
    public record Tuning(Duration at, Fault to) {}

    /** What is to be done at a certain time. */
    public record Step(Duration at, Action action, Optional<Fault> to) {

        static Step of(Duration at, Action action) {
            return new Step(at, action, Optional.empty());
        }
    }

    /** What can be done to a fault that is open. */
    public enum Action {
        RESTORE,
        RETUNE,
        LIFT,
        HEAL
    }

    /** @throws IllegalArgumentException if it waits for less than nothing, or lasts for nothing */
    public Schedule {
        if (after.isNegative()) {
            throw new IllegalArgumentException("after(" + words(after) + "): a fault cannot begin in the past.");
        }
        lasting.filter(time -> time.isNegative() || time.isZero()).ifPresent(time -> {
            throw new IllegalArgumentException("lasting(" + words(time) + "): it takes more than no time.");
        });
        tunings = List.copyOf(tunings);
    }

    Schedule startingAfter(Duration wait) {
        return new Schedule(wait, lasting, pulse, tunings);
    }

    Schedule lastingFor(Duration time) {
        return new Schedule(after, Optional.of(time), pulse, tunings);
    }

    Schedule pulsing(Pulse how) {
        return new Schedule(after, lasting, Optional.of(how), tunings);
    }

    Schedule tuning(List<Tuning> how) {
        return new Schedule(after, lasting, pulse, how);
    }

    /** Whether it is harmless at first. */
    public boolean startsLater() {
        return !after.isZero();
    }

    /** When it ends by itself, if it does. */
    public Optional<Duration> end() {
        return lasting.map(after::plus);
    }

    /**
     * All that is to be done until then, in its order; the injection itself is not among it.
     *
     * @param until as long as the fault can be open at most
     */
    public List<Step> steps(Duration until) {
        Duration last = end().filter(end -> end.compareTo(until) < 0).orElse(until);
        List<Step> steps = new ArrayList<>();
        if (startsLater()) {
            steps.add(Step.of(after, Action.RESTORE));
        }
        pulse.ifPresent(how -> {
            Duration at = after.plus(how.on());
            while (at.compareTo(last) < 0) {
                steps.add(Step.of(at, Action.LIFT));
                steps.add(Step.of(at.plus(how.off()), Action.RESTORE));
                at = at.plus(how.off()).plus(how.on());
            }
        });
        tunings.forEach(
                tuning -> steps.add(new Step(after.plus(tuning.at()), Action.RETUNE, Optional.of(tuning.to()))));
        steps.removeIf(step -> step.at().compareTo(last) >= 0);
        end().ifPresent(end -> steps.add(Step.of(end, Action.HEAL)));
        steps.sort(Comparator.comparing(Step::at));
        return steps;
    }

    /** In words, empty if there is nothing to tell. */
    @Override
    public String toString() {
        return Stream.of(
                        Optional.of("after " + words(after)).filter(text -> startsLater()),
                        lasting.map(time -> "lasting " + words(time)),
                        pulse.map(how -> "pulsing " + words(how.on()) + " on, " + words(how.off()) + " off"))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(", "));
    }

    private static String words(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
