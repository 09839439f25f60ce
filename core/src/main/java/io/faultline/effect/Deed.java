package io.faultline.effect;

/** What the agent itself does while a harm is in force, and what it does it to. Pure data, as it is sent to the agent. */
public sealed interface Deed permits Hold, HoldEngine, HoldReader, Send {

    /** Under which name it is sent. */
    String verb();
}
