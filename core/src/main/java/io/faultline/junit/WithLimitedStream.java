package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.LimitedStream;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Ends a container's streams after some bytes while the test's body runs: see {@link io.faultline.fault.LimitedStream}. The client has to connect through {@code faultline.through(…)}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithLimitedStream.All.class)
@DeclaresFault(WithLimitedStream.Maker.class)
public @interface WithLimitedStream {

    /** The container's field. */
    String value();

    /** How many bytes a connection carries. */
    long bytes();

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
        WithLimitedStream[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithLimitedStream> {

        @Override
        public Fault make(WithLimitedStream declared, DeclarationContext test) {
            LimitedStream fault =
                    LimitedStream.of(test.target(declared.value())).to(declared.bytes());
            return declared.way().of(fault, fault.upstream(), fault.bothWays());
        }
    }
}
