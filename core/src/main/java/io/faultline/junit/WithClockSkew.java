package io.faultline.junit;

import io.faultline.fault.ClockSkew;
import io.faultline.fault.Fault;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;

/**
 * Sets a container's clock wrong by a fixed amount while the test's body runs: see {@link ClockSkew}. The container must have been
 * prepared by {@link io.faultline.docker.FakeClock}.
 */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithClockSkew.All.class)
@DeclaresFault(WithClockSkew.Maker.class)
public @interface WithClockSkew {

    /** The container's field. */
    String value();

    /** How far it is ahead, as {@code "1.5s"} or {@code "60m"}. */
    String ahead() default "";

    /** How far it is behind. */
    String behind() default "";

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
        WithClockSkew[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithClockSkew> {

        @Override
        public Fault make(WithClockSkew declared, DeclarationContext test) {
            if (declared.ahead().isEmpty() == declared.behind().isEmpty()) {
                throw new IllegalArgumentException("Name either ahead or behind: by how much the clock is wrong.");
            }
            ClockSkew.Clock clock = ClockSkew.of(test.target(declared.value()));
            return clock.by(test.duration("ahead", declared.ahead())
                    .or(() -> test.duration("behind", declared.behind()).map(Duration::negated))
                    .orElse(Duration.ZERO));
        }
    }
}
