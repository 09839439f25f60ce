package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.Signal;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Sends a signal to processes of a container before the test's body runs: see {@link Signal}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithSignal.All.class)
@DeclaresFault(WithSignal.Maker.class)
public @interface WithSignal {

    /** The container's field. */
    String value();

    /** As {@code "SIGHUP"}. */
    String signal();

    /** Only to processes of these names, and not to the first one. */
    String[] processes() default {};

    /** Harmless for this long, as {@code "2s"}. */
    String after() default "";

    /** How long until it is sent again: the sum of both, again and again. */
    String[] pulse() default {};

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @Documented
    @Inherited
    @interface All {
        WithSignal[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithSignal> {

        @Override
        public Fault make(WithSignal declared, DeclarationContext test) {
            Signal fault = Signal.of(test.target(declared.value()), declared.signal());
            return declared.processes().length == 0 ? fault : fault.processes(declared.processes());
        }
    }
}
