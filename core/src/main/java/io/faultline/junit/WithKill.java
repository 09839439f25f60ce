package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.Kill;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Kills a container before the test's body runs, and starts it again afterwards: see {@link Kill}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithKill.All.class)
@DeclaresFault(WithKill.Maker.class)
public @interface WithKill {

    /** The container's field. */
    String value();

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
        WithKill[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithKill> {

        @Override
        public Fault make(WithKill declared, DeclarationContext test) {
            return Kill.of(test.target(declared.value()));
        }
    }
}
