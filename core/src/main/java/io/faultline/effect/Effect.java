package io.faultline.effect;

import io.faultline.topology.Hop;
import io.faultline.topology.ResolvedTarget;
import java.util.Optional;

/** One primitive, reversible change of the world, with its undo and its evidence. Immutable and pure. */
public interface Effect {

    /** What it does and where, for the journal: one line without a full stop. */
    String summary();

    /** Whether everybody's packets meet it there, and not only those of certain peers, ports or protocols. */
    boolean hits(Hop hop);

    /** How it shows to a client whose connections meet it. */
    Impact impact();

    /** Whether it is on this target, or on a way to it. */
    boolean isOn(ResolvedTarget resolved);

    /**
     * Whether packets of a client's connection meet it.
     *
     * @param hop where they enter a route to the target that it is on
     * @param client the client's own address
     */
    default boolean meets(Hop hop, String client) {
        return true;
    }

    /** Whether the target that it is on meets it with a connection of its own, if that is about packets at all. */
    default boolean meetsOwn(TcpConnection connection) {
        return false;
    }

    /** One connection as the target's namespace has it. */
    record TcpConnection(int localPort, String peerAddress, int peerPort) {}

    /** Whether all that meets it is stopped: a client that then hears nothing has met it, also if it did not speak. */
    default boolean stopsAll() {
        return false;
    }

    /** Whether the engine may answer nothing about this container while it is in force, so that nobody may ask. */
    default boolean silencesEngine(String containerId) {
        return false;
    }

    /** What to look at and to do if nothing ever met it, in whole sentences. */
    default String adviceIfUnmet() {
        return "Was the client idle, or did it use another route? Let it do work while the fault is open.";
    }

    /** Whether its target may die of it, so that this spoils no evidence. */
    default boolean endsItsTarget() {
        return false;
    }

    /** How a client that did not cope can be improved, in whole sentences; empty if that depends on its connections. */
    default Optional<String> cure() {
        return Optional.empty();
    }

    /**
     * Whether both would hit the same packets or processes, so that neither's evidence could be told from the other's. Both
     * are asked; one that knows is enough.
     */
    boolean overlaps(Effect other);

    /**
     * Both as one, where one thing can only be changed as a whole; empty if each stands by itself.
     *
     * @throws IllegalArgumentException if they contradict each other; its message follows "both"
     */
    default Optional<Effect> mergedWith(Effect other) {
        return Optional.empty();
    }
}
