package io.faultline.fault.stress;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Leaves a container no descriptor to open while the test's body runs: see {@link io.faultline.fault.stress.FileDescriptorExhaustion}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithFileDescriptorExhaustion.All.class)
@DeclaresFault("file-descriptor-exhaustion")
public @interface WithFileDescriptorExhaustion {

    /** The container's field. */
    String value();

    /** How many each of its processes can still open. */
    int leaving() default 0;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithFileDescriptorExhaustion[] value();
    }
}
