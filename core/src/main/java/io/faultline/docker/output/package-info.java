/** Carries out that nobody reads the output of a container. */
@API(status = Status.INTERNAL)
@NullMarked
package io.faultline.docker.output;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
