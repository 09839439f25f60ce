package io.faultline.fault.output;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Leaves a container's output unread while the test's body runs: see {@link io.faultline.fault.output.BlockedStdout}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithBlockedStdout.All.class)
@DeclaresFault("blocked-stdout")
public @interface WithBlockedStdout {

    /** The container's field. */
    String value();

    /** Standard error too. */
    boolean andStderr() default false;

    /** Whether the pipe is filled at once; else the container has to write 2 to 5 MB before it waits. */
    boolean filled() default true;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithBlockedStdout[] value();
    }
}
