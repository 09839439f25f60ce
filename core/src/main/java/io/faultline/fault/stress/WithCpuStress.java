package io.faultline.fault.stress;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Takes a container's CPU time while the test's body runs: see {@link io.faultline.fault.stress.CpuStress}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithCpuStress.All.class)
@DeclaresFault("cpu-stress")
public @interface WithCpuStress {

    /** The container's field. */
    String value();

    /** How many processes take it; as many as the container can run at a time if it is left out. */
    int workers() default 0;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithCpuStress[] value();
    }
}
