package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.FileDescriptorExhaustion;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Leaves a container no descriptor to open while the test's body runs: see {@link io.faultline.fault.FileDescriptorExhaustion}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithFileDescriptorExhaustion.All.class)
@DeclaresFault(WithFileDescriptorExhaustion.Maker.class)
public @interface WithFileDescriptorExhaustion {

    /** The container's field. */
    String value();

    /** How many each of its processes can still open. */
    int leaving() default 0;

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
        WithFileDescriptorExhaustion[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithFileDescriptorExhaustion> {

        @Override
        public Fault make(WithFileDescriptorExhaustion declared, DeclarationContext test) {
            return FileDescriptorExhaustion.of(test.target(declared.value())).leaving(declared.leaving());
        }
    }
}
