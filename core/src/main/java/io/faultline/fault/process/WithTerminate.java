package io.faultline.fault.process;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Stops a container before the test's body runs, and starts it again afterwards: see {@link io.faultline.fault.process.Terminate}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithTerminate.All.class)
@DeclaresFault("terminate")
public @interface WithTerminate {

    /** The container's field. */
    String value();

    /** The signal that tells it to stop; its own stop signal unless set. */
    String by() default "";

    /** How long it has before SIGKILL ends it. */
    String grace() default "10s";

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithTerminate[] value();
    }
}
