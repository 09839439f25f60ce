package io.faultline.fault.stress;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Fills a file system of a container while the test's body runs: see {@link io.faultline.fault.stress.DiskFull}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithDiskFull.All.class)
@DeclaresFault("disk-full")
public @interface WithDiskFull {

    /** The container's field. */
    String value();

    /** A directory on it, as the container sees it. */
    String path();

    /** How many bytes stay free. */
    long leaving() default 0;

    /** How many bytes may be taken: see {@link io.faultline.fault.stress.DiskFull#atMost}. */
    long atMost() default 0;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithDiskFull[] value();
    }
}
