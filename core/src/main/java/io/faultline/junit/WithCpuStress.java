package io.faultline.junit;

import io.faultline.fault.CpuStress;
import io.faultline.fault.Fault;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Takes a container's CPU time while the test's body runs: see {@link io.faultline.fault.CpuStress}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithCpuStress.All.class)
@DeclaresFault(WithCpuStress.Maker.class)
public @interface WithCpuStress {

    /** The container's field. */
    String value();

    /** How many processes take it; as many as the container can run at a time if it is left out. */
    int workers() default 0;

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
        WithCpuStress[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithCpuStress> {

        @Override
        public Fault make(WithCpuStress declared, DeclarationContext test) {
            CpuStress fault = CpuStress.of(test.target(declared.value()));
            return declared.workers() == 0 ? fault : fault.workers(declared.workers());
        }
    }
}
