package io.faultline.junit;

import io.faultline.fault.DaemonStall;
import io.faultline.fault.Fault;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;

/** Lets the Docker daemon answer nobody for a time from the beginning of the test's body: see {@link DaemonStall}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithDaemonStall.All.class)
@DeclaresFault(WithDaemonStall.Maker.class)
public @interface WithDaemonStall {

    /** The field of a container that the daemon runs. */
    String value();

    /** For how long, as {@code "5s"}; at most 10 s. */
    String bound();

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
        WithDaemonStall[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithDaemonStall> {

        @Override
        public Fault make(WithDaemonStall declared, DeclarationContext test) {
            return test.duration("bound", declared.bound())
                    .map(bound -> DaemonStall.of(test.target(declared.value()), bound))
                    .orElseGet(() -> DaemonStall.of(test.target(declared.value()), Duration.ofSeconds(1)));
        }
    }
}
