package io.faultline.fault.packet;

import io.faultline.fault.Direction;
import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Loses some of a container's packets while the test's body runs: see {@link io.faultline.fault.packet.PacketLoss}. Names either
 * {@link #percent} or {@link #every}.
 */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithPacketLoss.All.class)
@DeclaresFault("packet-loss")
public @interface WithPacketLoss {

    /** The container's field. */
    String value();

    /** How many of 100 packets, by chance; with a {@link #seed} a whole number, and the same ones each time. */
    double percent() default 0;

    /** One of every so many. */
    int every() default 0;

    /** Decides which ones, if it is not negative. */
    long seed() default -1;

    Direction direction() default Direction.BOTH;

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
        WithPacketLoss[] value();
    }
}
