package io.faultline.fault.packet;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Resets a container's connections when the test's body begins, or later: see {@link io.faultline.fault.packet.ResetConnections}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithResetConnections.All.class)
@DeclaresFault("reset-connections")
public @interface WithResetConnections {

    /** The container's field. */
    String value();

    /** Only those with these addresses and networks at the other end. */
    String[] towards() default {};

    /** Only this port, or range as {@code "30000-30009"}: the container's own, or with {@link #towards} that of either end. */
    String ports() default "";

    /** Leaves docker-proxy's leg alone, on purpose. */
    boolean containerLegOnly() default false;

    /** When it is done, by default at once: {@code after} some time, or with a {@code pulse} again each time that both have passed. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithResetConnections[] value();
    }
}
