package io.faultline.world;

import io.faultline.effect.ActionState;
import io.faultline.effect.ActionState.Counted;
import java.util.List;
import java.util.Optional;

/** What the agent says of an effect, made up by hand. */
public final class Told {

    private Told() {}

    /** So much of it. */
    public static ActionState done(long number, long of) {
        return new ActionState(number, of, true, Optional.empty(), List.of());
    }

    /** The same, and why it is not as ordered. */
    public static ActionState flawed(long number, long of, String flaw) {
        return new ActionState(number, of, true, Optional.of(flaw), List.of());
    }

    /** Some of it, which nobody needed. */
    public static ActionState notNeeded(long number, long of) {
        return new ActionState(number, of, false, Optional.empty(), List.of());
    }

    /** Packets or connections. */
    public static ActionState counted(Counted... counts) {
        return new ActionState(0, 0, true, Optional.empty(), List.of(counts));
    }
}
