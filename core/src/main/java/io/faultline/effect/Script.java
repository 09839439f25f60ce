package io.faultline.effect;

import java.util.List;

/**
 * An effect written out for the agent. Stages run one after another, the commands of a stage side by side.
 *
 * @param apply makes the change
 * @param renew puts off the kernel's own expiry; empty if the kernel needs no renewal
 * @param disarm ends the harm at once, before the slower undo; may be empty
 * @param counters reads the evidence and changes nothing
 * @param undo removes all that {@code apply} added, and nothing else
 */
public record Script(
        List<List<Command>> apply,
        List<Command> renew,
        List<Command> disarm,
        List<Command> counters,
        List<List<Command>> undo) {}
