package io.faultline.fault.process;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Restarts a container before the test's body runs: see {@link io.faultline.fault.process.Restart}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithRestart.All.class)
@DeclaresFault("restart")
public @interface WithRestart {

    /** The container's field. */
    String value();

    /** The signal that tells it to stop; its own stop signal unless set. */
    String by() default "";

    /** How long it has before SIGKILL ends it. */
    String grace() default "10s";

    /** When it is done, by default at once: {@code after} some time. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithRestart[] value();
    }
}
