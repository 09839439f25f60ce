/** Containers as the engine has them: found, read into a topology, their logs and how they ended. */
@API(status = Status.INTERNAL)
@NullMarked
package io.faultline.docker.container;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
