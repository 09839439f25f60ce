package io.faultline.fault.packet;

import io.faultline.fault.Direction;
import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Cuts containers off while the test's body runs: see {@link io.faultline.fault.packet.Partition}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithPartition.All.class)
@DeclaresFault("partition")
public @interface WithPartition {

    /** The fields of the containers: one is cut off from everyone, several each from the others. */
    String[] value();

    Direction direction() default Direction.BOTH;

    Partition.Refusal refusal() default Partition.Refusal.DROP;

    /** Only what goes to, or comes from, these addresses and networks. */
    String[] towards() default {};

    /** Only this port, or range as {@code "30000-30009"}: the container's own, or with {@link #towards} the others'. */
    String ports() default "";

    /** Only this protocol: {@code tcp}, {@code udp}, {@code sctp} or {@code icmp}. */
    String protocol() default "";

    /** Leaves docker-proxy's leg alone, on purpose. */
    boolean containerLegOnly() default false;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithPartition[] value();
    }
}
