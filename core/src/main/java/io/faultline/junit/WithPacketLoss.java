package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.PacketLoss;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;

/**
 * Loses some of a container's packets while the test's body runs: see {@link io.faultline.fault.PacketLoss}. Names either
 * {@link #percent} or {@link #every}.
 */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithPacketLoss.All.class)
@DeclaresFault(WithPacketLoss.Maker.class)
public @interface WithPacketLoss {

    /** The container's field. */
    String value();

    /** How many of 100 packets, by chance; with a {@link #seed} a whole number, and the same ones each time. */
    double percent() default 0;

    /** One of every so many. */
    int every() default 0;

    /** Decides which ones, if it is not negative. */
    long seed() default -1;

    Direction way() default Direction.BOTH;

    /** Only packets of this port of the container. */
    int port() default 0;

    /** Harmless for this long, as {@code "2s"}. */
    String after() default "";

    /** Healed this long after its harm began. */
    String lasting() default "";

    /** How long with harm, and how long without, again and again. */
    String[] pulse() default {};

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @Documented
    @Inherited
    @interface All {
        WithPacketLoss[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithPacketLoss> {

        @Override
        public Fault make(WithPacketLoss declared, DeclarationContext test) {
            io.faultline.topology.Target target = test.target(declared.value());
            if (Stream.of(declared.percent() != 0, declared.every() != 0)
                            .filter(named -> named)
                            .count()
                    != 1) {
                throw new IllegalArgumentException("Name either percent or every.");
            }
            PacketLoss loss;
            if (declared.every() != 0) {
                loss = PacketLoss.every(target, declared.every());
            } else if (declared.seed() >= 0) {
                loss = PacketLoss.seeded(target, whole(declared.percent()), declared.seed());
            } else {
                loss = PacketLoss.random(target, declared.percent());
            }
            loss = declared.port() == 0 ? loss : loss.port(declared.port());
            return declared.way().of(loss, loss.incomingOnly(), loss.outgoingOnly());
        }

        private static int whole(double percent) {
            if (percent != Math.rint(percent)) {
                throw new IllegalArgumentException(
                        "percent = " + percent + " goes with no seed: of every 100 packets a whole number is lost.");
            }
            return (int) percent;
        }
    }
}
