package io.faultline.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** When a fault that a test declares does its harm: see {@link io.faultline.fault.Schedule}. */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface FaultSchedule {

    /** Harmless for this long, as {@code "2s"}. */
    String after() default "";

    /** Healed this long after its harm began. */
    String lasting() default "";

    /** How long with harm, and how long without, again and again: two times. */
    String[] pulse() default {};
}
