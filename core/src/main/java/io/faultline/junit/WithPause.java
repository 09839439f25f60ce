package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.Pause;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Pauses a container while the test's body runs, as Docker does: see {@link Pause}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithPause.All.class)
@DeclaresFault(WithPause.Maker.class)
public @interface WithPause {

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
        WithPause[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithPause> {

        @Override
        public Fault make(WithPause declared, DeclarationContext test) {
            return Pause.of(test.target(declared.value()));
        }
    }
}
