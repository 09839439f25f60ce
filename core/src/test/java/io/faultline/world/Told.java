package io.faultline.world;

import io.faultline.effect.ActionState;
import io.faultline.effect.Readings;
import java.util.List;
import java.util.Optional;

/** What there is to read about a change, made up by hand. */
public final class Told {

    private Told() {}

    /** Nothing at all. */
    public static Readings nothing() {
        return printed();
    }

    /** This by the commands that read its evidence. */
    public static Readings printed(String... counters) {
        return new Readings(List.of(), List.of(counters), Optional.empty());
    }

    /** This by the agent of what it does itself. */
    public static Readings done(long number, long of) {
        return with(new ActionState(number, of, true, Optional.empty()));
    }

    /** The same, and why it is not as ordered. */
    public static Readings flawed(long number, long of, String flaw) {
        return with(new ActionState(number, of, true, Optional.of(flaw)));
    }

    /** Some of it, which nobody needed. */
    public static Readings notNeeded(long number, long of) {
        return with(new ActionState(number, of, false, Optional.empty()));
    }

    private static Readings with(ActionState state) {
        return new Readings(List.of(), List.of(), Optional.of(state));
    }

    /** The same as the others, and this by the commands that read its evidence. */
    public static Readings and(Readings told, String... counters) {
        return new Readings(told.applied(), List.of(counters), told.action());
    }
}
