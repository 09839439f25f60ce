package io.faultline.junit;

import io.faultline.fault.Duplicate;
import io.faultline.fault.Fault;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Doubles some of a container's packets while the test's body runs: see {@link io.faultline.fault.Duplicate}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithDuplicate.All.class)
@DeclaresFault(WithDuplicate.Maker.class)
public @interface WithDuplicate {

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
        WithDuplicate[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithDuplicate> {

        @Override
        public Fault make(WithDuplicate declared, DeclarationContext test) {
            Duplicate fault = Duplicate.of(test.target(declared.value()), declared.percent());
            return declared.way().narrowing(fault, declared.towards(), declared.port());
        }
    }
}
