/**
 * Docker through Testcontainers: finds the terrain, starts the agent, examines what this machine can do.
 */
@NullMarked
package io.faultline.docker;

import org.jspecify.annotations.NullMarked;
