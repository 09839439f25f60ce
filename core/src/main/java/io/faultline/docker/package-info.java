/**
 * Docker through Testcontainers: finds the topology, starts the agent, examines what this machine can do.
 */
@NullMarked
package io.faultline.docker;

import org.jspecify.annotations.NullMarked;
