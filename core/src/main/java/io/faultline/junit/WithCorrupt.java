package io.faultline.junit;

import io.faultline.fault.Corrupt;
import io.faultline.fault.Fault;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Damages some of a container's packets while the test's body runs: see {@link io.faultline.fault.Corrupt}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithCorrupt.All.class)
@DeclaresFault(WithCorrupt.Maker.class)
public @interface WithCorrupt {

    /** The container's field. */
    String value();

    /** How many of 100. */
    double percent();

    Direction way() default Direction.OUTGOING;

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
        WithCorrupt[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithCorrupt> {

        @Override
        public Fault make(WithCorrupt declared, DeclarationContext test) {
            Corrupt fault = Corrupt.of(test.target(declared.value()), declared.percent());
            return declared.way().narrowing(fault, declared.towards(), declared.port());
        }
    }
}
