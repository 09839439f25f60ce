package io.faultline.junit;

import io.faultline.fault.ClosedStream;
import io.faultline.fault.Fault;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Closes the proxy before a container while the test's body runs: see {@link io.faultline.fault.ClosedStream}. The client has to connect through {@code faultline.through(…)}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithClosedStream.All.class)
@DeclaresFault(WithClosedStream.Maker.class)
public @interface WithClosedStream {

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
        WithClosedStream[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithClosedStream> {

        @Override
        public Fault make(WithClosedStream declared, DeclarationContext test) {
            return ClosedStream.of(test.target(declared.value()));
        }
    }
}
