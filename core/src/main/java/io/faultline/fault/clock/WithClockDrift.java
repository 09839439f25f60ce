package io.faultline.fault.clock;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a container's clock run too slow or too fast while the test's body runs: see {@link io.faultline.fault.clock.ClockDrift}. The container must have
 * been prepared by {@link io.faultline.docker.FakeClock}.
 */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithClockDrift.All.class)
@DeclaresFault("clock-drift")
public @interface WithClockDrift {

    /** The container's field. */
    String value();

    /** The share of the time by which it is slow: 0.01 is 36 s in an hour. */
    double slowBy() default 0;

    /** The share of the time by which it is fast. */
    double fastBy() default 0;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithClockDrift[] value();
    }
}
