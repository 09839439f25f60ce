package io.faultline.fault.process;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Sends a signal to processes of a container before the test's body runs: see {@link io.faultline.fault.process.Signal}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithSignal.All.class)
@DeclaresFault("signal")
public @interface WithSignal {

    /** The container's field. */
    String value();

    /** As {@code "SIGHUP"}. */
    String signal();

    /** Only to processes of these names, and not to the first one. */
    String[] processes() default {};

    /** When it is done, by default at once: {@code after} some time, or with a {@code pulse} again each time that both have passed. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithSignal[] value();
    }
}
