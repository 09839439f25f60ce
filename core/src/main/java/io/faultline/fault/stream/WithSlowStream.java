package io.faultline.fault.stream;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Slows a container's streams down while the test's body runs: see {@link io.faultline.fault.stream.SlowStream}. The client has to connect through {@code faultline.through(…)}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithSlowStream.All.class)
@DeclaresFault("slow-stream")
public @interface WithSlowStream {

    /** The container's field. */
    String value();

    /** How much later data arrives, as {@code "200ms"}. */
    String latency() default "";

    /** By how much that varies. */
    String jitter() default "";

    /** How much arrives in a second at most. */
    long kilobytesPerSecond() default 0;

    StreamDirection direction() default StreamDirection.DOWNSTREAM;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithSlowStream[] value();
    }
}
