package io.faultline.fault.stream;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Ends a container's streams after some bytes while the test's body runs: see {@link io.faultline.fault.stream.LimitedStream}. The client has to connect through {@code faultline.through(…)}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithLimitedStream.All.class)
@DeclaresFault("limited-stream")
public @interface WithLimitedStream {

    /** The container's field. */
    String value();

    /** How many bytes a connection carries. */
    long bytes();

    StreamDirection direction() default StreamDirection.DOWNSTREAM;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithLimitedStream[] value();
    }
}
