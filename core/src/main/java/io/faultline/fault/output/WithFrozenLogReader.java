package io.faultline.fault.output;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Freezes the process that reads a container's output while the test's body runs: see {@link io.faultline.fault.output.FrozenLogReader}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithFrozenLogReader.All.class)
@DeclaresFault("frozen-log-reader")
public @interface WithFrozenLogReader {

    /** The container's field. */
    String value();

    /** Whether the pipes are filled at once; else the container has to write 64 KiB itself. */
    boolean filled() default true;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithFrozenLogReader[] value();
    }
}
