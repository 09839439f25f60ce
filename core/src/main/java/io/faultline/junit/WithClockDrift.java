package io.faultline.junit;

import io.faultline.fault.ClockDrift;
import io.faultline.fault.Fault;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a container's clock run too slow or too fast while the test's body runs: see {@link ClockDrift}. The container must have
 * been prepared by {@link io.faultline.docker.FakeClock}.
 */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithClockDrift.All.class)
@DeclaresFault(WithClockDrift.Maker.class)
public @interface WithClockDrift {

    /** The container's field. */
    String value();

    /** The share of the time by which it is slow: 0.01 is 36 s in an hour. */
    double slowBy() default 0;

    /** The share of the time by which it is fast. */
    double fastBy() default 0;

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
        WithClockDrift[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithClockDrift> {

        @Override
        public Fault make(WithClockDrift declared, DeclarationContext test) {
            if ((declared.slowBy() == 0) == (declared.fastBy() == 0)) {
                throw new IllegalArgumentException("Name either slowBy or fastBy: a share of the time, as 0.01.");
            }
            ClockDrift.Clock clock = ClockDrift.of(test.target(declared.value()));
            return declared.slowBy() == 0 ? clock.fastBy(declared.fastBy()) : clock.slowBy(declared.slowBy());
        }
    }
}
