package io.faultline.junit;

import io.faultline.effect.BitRate;
import io.faultline.fault.Bandwidth;
import io.faultline.fault.Fault;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Holds a container's traffic to a rate while the test's body runs: see {@link io.faultline.fault.Bandwidth}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithBandwidth.All.class)
@DeclaresFault(WithBandwidth.Maker.class)
public @interface WithBandwidth {

    /** The container's field. */
    String value();

    /** In thousands of bits a second. */
    double kbit();

    Direction way() default Direction.BOTH;

    /** Only what goes to, or comes from, these addresses and networks. */
    String[] towards() default {};

    /** Only packets of this port: the container's own, or with {@link #towards} the others'. */
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
        WithBandwidth[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithBandwidth> {

        @Override
        public Fault make(WithBandwidth declared, DeclarationContext test) {
            Bandwidth fault = Bandwidth.of(test.target(declared.value()), BitRate.kbit(declared.kbit()));
            return declared.way().narrowing(fault, declared.towards(), declared.port());
        }
    }
}
