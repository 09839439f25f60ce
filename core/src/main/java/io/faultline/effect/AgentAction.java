package io.faultline.effect;

/** What the agent does while a harm is in force, and to what. Pure data; the agent knows how (docs/AGENT_PROTOCOL.md). */
public interface AgentAction {

    /** Under which name it is sent to the agent. */
    String verb();

    /** What is sent. */
    default Object request() {
        return this;
    }
}
