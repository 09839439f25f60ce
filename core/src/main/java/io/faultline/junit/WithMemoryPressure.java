package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.MemoryPressure;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Takes a container's memory while the test's body runs: see {@link io.faultline.fault.MemoryPressure}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithMemoryPressure.All.class)
@DeclaresFault(WithMemoryPressure.Maker.class)
public @interface WithMemoryPressure {

    /** The container's field. */
    String value();

    /** How much of its limit is to be in use. */
    double share() default 0.9;

    /** Whether all of it is taken, until the kernel kills a process of the container. */
    boolean untilOomKill() default false;

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
        WithMemoryPressure[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithMemoryPressure> {

        @Override
        public Fault make(WithMemoryPressure declared, DeclarationContext test) {
            MemoryPressure fault = MemoryPressure.of(test.target(declared.value()));
            return declared.untilOomKill() ? fault.untilOomKill() : fault.share(declared.share());
        }
    }
}
