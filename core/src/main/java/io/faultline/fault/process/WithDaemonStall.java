package io.faultline.fault.process;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Lets the Docker daemon answer nobody for a time from the beginning of the test's body: see {@link io.faultline.fault.process.DaemonStall}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithDaemonStall.All.class)
@DeclaresFault("daemon-stall")
public @interface WithDaemonStall {

    /** The field of a container that the daemon runs. */
    String value();

    /** For how long, as {@code "5s"}; at most 10 s. */
    String bound();

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithDaemonStall[] value();
    }
}
