/** Carries out changes of whole containers, each with a rollback container that takes it back if this JVM cannot. */
@API(status = Status.INTERNAL)
@NullMarked
package io.faultline.docker.rollback;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
