package io.faultline.junit;

import io.faultline.shutdown.Termination;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tells the container of a Testcontainers {@code @Container} field to stop before Testcontainers kills it, and expects
 * that it does so gracefully, as {@link io.faultline.Faultline#terminate} does: that of a static field after all tests of
 * its class, which fails the class, that of another field after each test, which fails the test. Open faults are healed
 * first. What is declared last is told first.
 *
 * <p>A container that a test has told to stop by {@code terminate} was judged there, and is not again. One that does not
 * run for another reason fails, for nothing would be checked; unless something has failed before.
 *
 * <p>May be used in annotations of one's own.
 */
@Target({ElementType.FIELD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(FaultlineExtension.class) // so that it is no empty word in a class that is no FaultlineTest
public @interface StopsGracefully {

    /** How long it may take. */
    String within() default "10s";

    /** Exit codes that are right. A JVM whose shutdown hooks have run ends with 143. */
    int[] exitCode() default 0;

    /** A text in one of the last 20 lines of its log. */
    String lastLogLine() default "";

    /** Which signal, in place of the container's own stop signal: see {@link Termination#signal}. */
    String signal() default "";

    /** How long after the first signal a second one is sent: see {@link Termination#repeatSignalAfter}. */
    String repeatSignalAfter() default "";
}
