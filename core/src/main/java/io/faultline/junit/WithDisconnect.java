package io.faultline.junit;

import io.faultline.fault.Disconnect;
import io.faultline.fault.Fault;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Disconnects a container from its networks while the test's body runs: see {@link Disconnect}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithDisconnect.All.class)
@DeclaresFault(WithDisconnect.Maker.class)
public @interface WithDisconnect {

    /** The container's field. */
    String value();

    /** Only from this network, by its name in the engine. */
    String network() default "";

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
        WithDisconnect[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithDisconnect> {

        @Override
        public Fault make(WithDisconnect declared, DeclarationContext test) {
            Disconnect fault = Disconnect.of(test.target(declared.value()));
            return declared.network().isEmpty() ? fault : fault.from(declared.network());
        }
    }
}
