package io.faultline.fault.stream;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Resets a container's connections at the proxy while the test's body runs: see {@link io.faultline.fault.stream.ResetStream}. The client has to connect through {@code faultline.through(…)}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithResetStream.All.class)
@DeclaresFault("reset-stream")
public @interface WithResetStream {

    /** The container's field. */
    String value();

    /** How long after its first data a connection is reset, as {@code "500ms"}. */
    String afterFirstData() default "";

    StreamDirection direction() default StreamDirection.DOWNSTREAM;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithResetStream[] value();
    }
}
