package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.Freeze;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Holds the processes of a container still while the test's body runs: see {@link Freeze}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithFreeze.All.class)
@DeclaresFault(WithFreeze.Maker.class)
public @interface WithFreeze {

    /** The container's field. */
    String value();

    /** Only processes of these names. */
    String[] processes() default {};

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
        WithFreeze[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithFreeze> {

        @Override
        public Fault make(WithFreeze declared, DeclarationContext test) {
            Freeze fault = Freeze.of(test.target(declared.value()));
            return declared.processes().length == 0 ? fault : fault.processes(declared.processes());
        }
    }
}
