package io.faultline.topology;

import java.util.Optional;

/**
 * One thing that Faultline needs or can use, as an examination of this machine found it.
 *
 * @param name short and stable, for programs: {@code packet-filter}
 * @param state whether it is there
 * @param found what was found, in words
 * @param cure what to do about it; empty if nothing is missing
 */
public record Capability(String name, State state, String found, Optional<String> cure) {

    /** Whether it is there. */
    public enum State {
        OK,
        /** Faultline works, but something is weaker or cannot be done. */
        LIMITED,
        /** Nothing works without it. */
        MISSING
    }

    public static Capability ok(String name, String found) {
        return new Capability(name, State.OK, found, Optional.empty());
    }

    public static Capability limited(String name, String found, String cure) {
        return new Capability(name, State.LIMITED, found, Optional.of(cure));
    }

    public static Capability missing(String name, String found, String cure) {
        return new Capability(name, State.MISSING, found, Optional.of(cure));
    }
}
