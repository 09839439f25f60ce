package io.faultline.agent;

import io.faultline.agent.Answers.State;

/**
 * A change that the agent took back, or failed to, without being asked.
 *
 * @param why the lease was not renewed, the maximum duration was reached, the agent was told to leave
 */
public record Ended(String why, State state) {

    /** The change's tag. */
    public String effect() {
        return state.effect();
    }
}
