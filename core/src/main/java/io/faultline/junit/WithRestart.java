package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.Restart;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Restarts a container before the test's body runs: see {@link Restart}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithRestart.All.class)
@DeclaresFault(WithRestart.Maker.class)
public @interface WithRestart {

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

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @Documented
    @Inherited
    @interface All {
        WithRestart[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithRestart> {

        @Override
        public Fault make(WithRestart declared, DeclarationContext test) {
            Restart own = Restart.of(test.target(declared.value()));
            Restart fault = declared.by().isEmpty() ? own : own.by(declared.by());
            return test.duration("grace", declared.grace()).map(fault::grace).orElse(fault);
        }
    }
}
