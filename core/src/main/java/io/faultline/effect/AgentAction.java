package io.faultline.effect;

/** What the agent itself does while a harm is in force, and what it does it to. Pure data. */
public interface AgentAction {

    /** Under which name it is sent to the agent. */
    String verb();

    /** What is sent. */
    default Object request() {
        return this;
    }
}
