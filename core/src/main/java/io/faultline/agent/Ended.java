package io.faultline.agent;

import io.faultline.agent.Answers.Healed;
import java.util.Optional;

/**
 * A change that the agent took back without being asked.
 *
 * @param why the lease was not renewed, the maximum duration was reached, the agent was told to leave
 * @param problem what went wrong while taking it back, if anything did
 */
public record Ended(String effect, String why, Healed healed, Optional<String> problem) {}
