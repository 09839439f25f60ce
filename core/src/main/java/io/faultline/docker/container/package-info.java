/** Containers as the engine has them: found, read into a topology, their logs and how they ended. */
@NullMarked
package io.faultline.docker.container;

import org.jspecify.annotations.NullMarked;
