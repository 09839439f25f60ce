package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.SlicedStream;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Cuts what a container sends into small pieces while the test's body runs: see {@link io.faultline.fault.SlicedStream}. The client has to connect through {@code faultline.through(…)}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithSlicedStream.All.class)
@DeclaresFault(WithSlicedStream.Maker.class)
public @interface WithSlicedStream {

    /** The container's field. */
    String value();

    /** How long a piece is, about. */
    int bytes();

    /** How long to wait between them, as {@code "1ms"}. */
    String pause() default "";

    StreamWay way() default StreamWay.DOWNSTREAM;

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
        WithSlicedStream[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithSlicedStream> {

        @Override
        public Fault make(WithSlicedStream declared, DeclarationContext test) {
            SlicedStream whole = SlicedStream.of(test.target(declared.value())).into(declared.bytes());
            SlicedStream fault =
                    test.duration("pause", declared.pause()).map(whole::pausing).orElse(whole);
            return declared.way().of(fault, fault.upstream(), fault.bothWays());
        }
    }
}
