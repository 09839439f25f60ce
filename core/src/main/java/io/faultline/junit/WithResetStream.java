package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.ResetStream;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Resets a container's connections at the proxy while the test's body runs: see {@link io.faultline.fault.ResetStream}. The client has to connect through {@code faultline.through(…)}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithResetStream.All.class)
@DeclaresFault(WithResetStream.Maker.class)
public @interface WithResetStream {

    /** The container's field. */
    String value();

    /** How long after its first data a connection is reset, as {@code "500ms"}. */
    String afterFirstData() default "";

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
        WithResetStream[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithResetStream> {

        @Override
        public Fault make(WithResetStream declared, DeclarationContext test) {
            ResetStream plain = ResetStream.of(test.target(declared.value()));
            ResetStream fault = test.duration("afterFirstData", declared.afterFirstData())
                    .map(plain::afterFirstData)
                    .orElse(plain);
            return declared.way().of(fault, fault.upstream(), fault.bothWays());
        }
    }
}
