package io.faultline.fault.clock;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sets a container's clock wrong by a fixed amount while the test's body runs: see {@link io.faultline.fault.clock.ClockSkew}. The container must have been
 * prepared by {@link io.faultline.docker.FakeClock}.
 */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithClockSkew.All.class)
@DeclaresFault("clock-skew")
public @interface WithClockSkew {

    /** The container's field. */
    String value();

    /** How far it is ahead, as {@code "1.5s"} or {@code "60m"}. */
    String ahead() default "";

    /** How far it is behind. */
    String behind() default "";

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithClockSkew[] value();
    }
}
