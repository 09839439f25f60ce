/**
 * The few primitive, reversible changes of the world, each with its undo and its evidence. Pure: an effect is
 * text for the agent to carry out, and can be read without Docker.
 */
@NullMarked
package io.faultline.effect;

import org.jspecify.annotations.NullMarked;
