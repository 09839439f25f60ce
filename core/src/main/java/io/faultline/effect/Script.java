package io.faultline.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An effect written out for the agent. Stages run one after another, the commands of a stage side by side.
 *
 * @param prepare adds all that the harm needs; where there is something to arm, does no harm yet
 * @param arm begins the harm, or puts off its expiry; empty if preparing is all there is to do
 * @param disarm ends the harm at once and leaves what was prepared; empty if only undoing ends it, or it ends by itself
 * @param counters reads the evidence and changes nothing
 * @param undo removes all that {@code prepare} added, and nothing else
 * @param expires whether the kernel ends the harm by itself, 15 s after it was last armed
 * @param responder what the agent runs besides, from before the first stage until after the last of the undo
 * @param action what the agent itself does when the harm begins, and undoes when it ends
 * @param cut whose connections it cuts, if it does that
 */
public record Script(
        List<List<Command>> prepare,
        List<Command> arm,
        List<Command> disarm,
        List<Command> counters,
        List<List<Command>> undo,
        boolean expires,
        Optional<Responder> responder,
        Optional<AgentAction> action,
        Optional<Cut> cut) {

    /** Without anything that the agent itself does. */
    public Script(
            List<List<Command>> prepare,
            List<Command> arm,
            List<Command> disarm,
            List<Command> counters,
            List<List<Command>> undo,
            boolean expires) {
        this(prepare, arm, disarm, counters, undo, expires, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Without arming: what is prepared is in force until it is undone. */
    public static Script lasting(List<List<Command>> prepare, List<Command> counters, List<List<Command>> undo) {
        return new Script(prepare, List.of(), List.of(), counters, undo, false);
    }

    /** The same, and a responder. */
    public Script with(Responder added) {
        return new Script(prepare, arm, disarm, counters, undo, expires, Optional.of(added), action, cut);
    }

    /** The same, and whose connections it cuts. */
    public Script cutting(Optional<Cut> which) {
        return new Script(prepare, arm, disarm, counters, undo, expires, responder, action, which);
    }

    /** Nothing but what the agent itself does. */
    public static Script doing(AgentAction action) {
        return new Script(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                false,
                Optional.empty(),
                Optional.of(action),
                Optional.empty());
    }

    /** All stages to the harm. What arms joins the first stage where one tool can do both, and comes last else. */
    public List<List<Command>> apply() {
        if (arm.isEmpty()) {
            return prepare;
        }
        List<Command> first = prepare.isEmpty() ? List.of() : prepare.get(0);
        if (first.size() == 1
                && arm.size() == 1
                && first.get(0).tool().equals(arm.get(0).tool())) {
            List<List<Command>> stages = new ArrayList<>(prepare);
            stages.set(0, List.of(first.get(0).then(arm.get(0))));
            return List.copyOf(stages);
        }
        return Stream.concat(prepare.stream(), Stream.of(arm)).toList();
    }

    /** Whether the harm can end and come back while all else stays. */
    public boolean canBeLifted() {
        return !arm.isEmpty() || action.isPresent();
    }
}
