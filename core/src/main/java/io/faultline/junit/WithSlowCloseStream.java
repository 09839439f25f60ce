package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.SlowCloseStream;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Lets a container's connections close late while the test's body runs: see {@link io.faultline.fault.SlowCloseStream}. The client has to connect through {@code faultline.through(…)}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithSlowCloseStream.All.class)
@DeclaresFault(WithSlowCloseStream.Maker.class)
public @interface WithSlowCloseStream {

    /** The container's field. */
    String value();

    /** How late, as {@code "2s"}. */
    String delay() default "";

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
        WithSlowCloseStream[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithSlowCloseStream> {

        @Override
        public Fault make(WithSlowCloseStream declared, DeclarationContext test) {
            SlowCloseStream plain = SlowCloseStream.of(test.target(declared.value()));
            SlowCloseStream fault =
                    test.duration("delay", declared.delay()).map(plain::by).orElse(plain);
            return declared.way().of(fault, fault.upstream(), fault.bothWays());
        }
    }
}
