package io.faultline.fault.stream;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Lets a container's connections close late while the test's body runs: see {@link io.faultline.fault.stream.SlowCloseStream}. The client has to connect through {@code faultline.through(…)}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithSlowCloseStream.All.class)
@DeclaresFault("slow-close-stream")
public @interface WithSlowCloseStream {

    /** The container's field. */
    String value();

    /** How late, as {@code "2s"}. */
    String delay() default "";

    StreamDirection direction() default StreamDirection.DOWNSTREAM;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithSlowCloseStream[] value();
    }
}
