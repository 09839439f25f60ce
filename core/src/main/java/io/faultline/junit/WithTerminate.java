package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.Terminate;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Stops a container before the test's body runs, and starts it again afterwards: see {@link Terminate}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithTerminate.All.class)
@DeclaresFault(WithTerminate.Maker.class)
public @interface WithTerminate {

    /** The container's field. */
    String value();

    /** The signal that tells it to stop; its own stop signal unless told. */
    String by() default "";

    /** How long it has before SIGKILL ends it. */
    String grace() default "10s";

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
        WithTerminate[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithTerminate> {

        @Override
        public Fault make(WithTerminate declared, DeclarationContext test) {
            Terminate own = Terminate.of(test.target(declared.value()));
            Terminate fault = declared.by().isEmpty() ? own : own.by(declared.by());
            return test.duration("grace", declared.grace()).map(fault::grace).orElse(fault);
        }
    }
}
