/** Carries out that nobody reads the output of a container. */
@NullMarked
package io.faultline.docker.output;

import org.jspecify.annotations.NullMarked;
