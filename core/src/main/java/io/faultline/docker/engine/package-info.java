/** The engine itself: its client, our images, networks and labels, and the container of the agent. */
@NullMarked
package io.faultline.docker.engine;

import org.jspecify.annotations.NullMarked;
