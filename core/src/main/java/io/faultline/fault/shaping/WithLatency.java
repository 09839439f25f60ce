package io.faultline.fault.shaping;

import io.faultline.fault.Direction;
import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Delays a container's packets while the test's body runs: see {@link io.faultline.fault.shaping.Latency}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithLatency.All.class)
@DeclaresFault("latency")
public @interface WithLatency {

    /** The container's field. */
    String value();

    /** How late, as {@code "200ms"}. */
    String delay();

    /** By how much that varies. */
    String jitter() default "";

    /** How much each delay is like the one before, in percent. */
    double correlation() default 0;

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
        WithLatency[] value();
    }
}
