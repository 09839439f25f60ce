package io.faultline.truth;

import io.faultline.verify.Cause;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One experiment, and what is true of it.
 *
 * @param truth whether it has to be HELD, or must not be
 * @param causes of the verdicts that a wrong one may have; empty for all but HELD
 * @param gap why the engine is known to judge it otherwise at times, as yet
 */
public record Case(String family, String name, Truth truth, Set<Cause> causes, Optional<String> gap, Body body) {

    /** Whether an experiment says something true. */
    public enum Truth {
        /** The fault met the client, which did what is expected because of it: HELD. */
        RIGHT,
        /** Whatever was expected came true for another reason, or was never lost, or is not so: never HELD. */
        WRONG
    }

    /** The experiment, as a test would write it down. */
    @FunctionalInterface
    public interface Body {

        /**
         * Returns if it is HELD.
         *
         * @throws Exception if the case itself could not be carried out
         */
        void run(Stage stage) throws Exception;
    }

    /** One that must be HELD. */
    public static Case right(String family, String name, Body body) {
        return new Case(family, name, Truth.RIGHT, Set.of(), Optional.empty(), body);
    }

    /** One that must not be HELD, for one of these reasons. */
    public static Case wrong(String family, String name, Body body, Cause... causes) {
        return new Case(family, name, Truth.WRONG, Set.copyOf(Arrays.asList(causes)), Optional.empty(), body);
    }

    /** The same, which the engine is known to judge otherwise at times, as yet: that is counted apart, and fails no build. */
    Case knownGap(String why) {
        return new Case(family, name, truth, causes, Optional.of(why), body);
    }

    @Override
    public String toString() {
        return truth.name().toLowerCase(Locale.ROOT) + " " + family + ": " + name;
    }
}
