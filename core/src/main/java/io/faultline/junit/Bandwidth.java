package io.faultline.junit;

import io.faultline.effect.BitRate;
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
@Repeatable(Bandwidth.All.class)
@DeclaresFault(Bandwidth.Maker.class)
public @interface Bandwidth {

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
        Bandwidth[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<Bandwidth> {

        @Override
        public Fault make(Bandwidth declared, DeclarationContext test) {
            io.faultline.fault.Bandwidth fault =
                    io.faultline.fault.Bandwidth.of(test.target(declared.value()), BitRate.kbit(declared.kbit()));
            return declared.way().narrowing(fault, declared.towards(), declared.port());
        }
    }
}
