package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.StalledStream;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Lets a container's streams stand still while the test's body runs: see {@link io.faultline.fault.StalledStream}. The client has to connect through {@code faultline.through(…)}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithStalledStream.All.class)
@DeclaresFault(WithStalledStream.Maker.class)
public @interface WithStalledStream {

    /** The container's field. */
    String value();

    StreamWay way() default StreamWay.BOTH;

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
        WithStalledStream[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithStalledStream> {

        @Override
        public Fault make(WithStalledStream declared, DeclarationContext test) {
            StalledStream fault = StalledStream.of(test.target(declared.value()));
            return declared.way().of(fault.downstream(), fault.upstream(), fault);
        }
    }
}
