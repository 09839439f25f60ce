package io.faultline.junit;

import io.faultline.fault.DiskFull;
import io.faultline.fault.Fault;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Fills a file system of a container while the test's body runs: see {@link io.faultline.fault.DiskFull}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithDiskFull.All.class)
@DeclaresFault(WithDiskFull.Maker.class)
public @interface WithDiskFull {

    /** The container's field. */
    String value();

    /** A directory on it, as the container sees it. */
    String path();

    /** How many bytes stay free. */
    long leaving() default 0;

    /** How many bytes may be taken: see {@link io.faultline.fault.DiskFull#atMost}. */
    long atMost() default 0;

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
        WithDiskFull[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithDiskFull> {

        @Override
        public Fault make(WithDiskFull declared, DeclarationContext test) {
            DiskFull fault =
                    DiskFull.of(test.target(declared.value()), declared.path()).leaving(declared.leaving());
            return declared.atMost() == 0 ? fault : fault.atMost(declared.atMost());
        }
    }
}
