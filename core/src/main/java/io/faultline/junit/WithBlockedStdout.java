package io.faultline.junit;

import io.faultline.fault.BlockedStdout;
import io.faultline.fault.Fault;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Leaves a container's output unread while the test's body runs: see {@link io.faultline.fault.BlockedStdout}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithBlockedStdout.All.class)
@DeclaresFault(WithBlockedStdout.Maker.class)
public @interface WithBlockedStdout {

    /** The container's field. */
    String value();

    /** Standard error too. */
    boolean andStderr() default false;

    /** Whether the pipe is filled at once; else the container has to write 2 to 5 MB before it waits. */
    boolean filled() default true;

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
        WithBlockedStdout[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithBlockedStdout> {

        @Override
        public Fault make(WithBlockedStdout declared, DeclarationContext test) {
            BlockedStdout fault = BlockedStdout.of(test.target(declared.value()));
            fault = declared.andStderr() ? fault.andStderr() : fault;
            return declared.filled() ? fault : fault.withoutFilling();
        }
    }
}
