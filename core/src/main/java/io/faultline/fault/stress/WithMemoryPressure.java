package io.faultline.fault.stress;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Takes a container's memory while the test's body runs: see {@link io.faultline.fault.stress.MemoryPressure}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithMemoryPressure.All.class)
@DeclaresFault("memory-pressure")
public @interface WithMemoryPressure {

    /** The container's field. */
    String value();

    /** How much of its limit is to be in use. */
    double share() default 0.9;

    /** Whether all of it is taken, until the kernel kills a process of the container. */
    boolean untilOomKill() default false;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithMemoryPressure[] value();
    }
}
