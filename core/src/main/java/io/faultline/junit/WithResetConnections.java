package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.ResetConnections;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Resets a container's connections when the test's body begins, or later: see {@link ResetConnections}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithResetConnections.All.class)
@DeclaresFault(WithResetConnections.Maker.class)
public @interface WithResetConnections {

    /** The container's field. */
    String value();

    /** Only those to this port of the container. */
    int port() default 0;

    /** Leaves docker-proxy's leg alone, on purpose. */
    boolean containerLegOnly() default false;

    /** That much later, as {@code "2s"}. */
    String after() default "";

    /** Two times: what has been opened meanwhile is reset again each time that both have passed. */
    String[] pulse() default {};

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @Documented
    @Inherited
    @interface All {
        WithResetConnections[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithResetConnections> {

        @Override
        public Fault make(WithResetConnections declared, DeclarationContext test) {
            ResetConnections fault = ResetConnections.of(test.target(declared.value()));
            fault = declared.port() == 0 ? fault : fault.port(declared.port());
            return declared.containerLegOnly() ? fault.containerLegOnly() : fault;
        }
    }
}
