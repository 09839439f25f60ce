/** Carries out changes of whole containers, each with a rollback container that takes it back if this JVM cannot. */
@NullMarked
package io.faultline.docker.rollback;

import org.jspecify.annotations.NullMarked;
