package io.faultline.fault.stream;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Cuts what a container sends into small pieces while the test's body runs: see {@link io.faultline.fault.stream.SlicedStream}. The client has to connect through {@code faultline.through(…)}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithSlicedStream.All.class)
@DeclaresFault("sliced-stream")
public @interface WithSlicedStream {

    /** The container's field. */
    String value();

    /** How long a piece is, about. */
    int bytes();

    /** How long to wait between them, as {@code "1ms"}. */
    String pause() default "";

    StreamDirection direction() default StreamDirection.DOWNSTREAM;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithSlicedStream[] value();
    }
}
