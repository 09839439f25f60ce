package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.FrozenLogReader;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Freezes the process that reads a container's output while the test's body runs: see {@link FrozenLogReader}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithFrozenLogReader.All.class)
@DeclaresFault(WithFrozenLogReader.Maker.class)
public @interface WithFrozenLogReader {

    /** The container's field. */
    String value();

    /** Whether the pipes are filled at once; else the container has to write 64 KiB itself. */
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
        WithFrozenLogReader[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithFrozenLogReader> {

        @Override
        public Fault make(WithFrozenLogReader declared, DeclarationContext test) {
            FrozenLogReader fault = FrozenLogReader.of(test.target(declared.value()));
            return declared.filled() ? fault : fault.withoutFilling();
        }
    }
}
