package io.faultline.effect;

import java.util.Optional;

/**
 * What the agent says of something that it does itself.
 *
 * @param number how much of it there was
 * @param of how much there could have been; no less
 * @param needed whether the container's processes needed what they did not get, as far as the kernel tells
 * @param flaw why it is not, or was not all the time, as it was ordered; empty if it is
 */
public record ActionState(long number, long of, boolean needed, Optional<String> flaw) {}
