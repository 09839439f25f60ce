package io.faultline.fault.shaping;

import io.faultline.fault.Direction;
import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Doubles some of a container's packets while the test's body runs: see {@link io.faultline.fault.shaping.Duplicate}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithDuplicate.All.class)
@DeclaresFault("duplicate")
public @interface WithDuplicate {

    /** The container's field. */
    String value();

    /** How many of 100. */
    double percent();

    Direction direction() default Direction.OUTGOING;

    /** Only what goes to, or comes from, these addresses and networks. */
    String[] towards() default {};

    /** Only this port, or range as {@code "30000-30009"}: the container's own, or with {@link #towards} the others'. */
    String ports() default "";

    /** Only this protocol: {@code tcp}, {@code udp}, {@code sctp} or {@code icmp}. */
    String protocol() default "";

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithDuplicate[] value();
    }
}
