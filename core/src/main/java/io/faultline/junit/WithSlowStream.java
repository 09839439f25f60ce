package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.SlowStream;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Slows a container's streams down while the test's body runs: see {@link io.faultline.fault.SlowStream}. The client has to connect through {@code faultline.through(…)}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithSlowStream.All.class)
@DeclaresFault(WithSlowStream.Maker.class)
public @interface WithSlowStream {

    /** The container's field. */
    String value();

    /** How much later data arrives, as {@code "200ms"}. */
    String latency() default "";

    /** By how much that varies. */
    String jitter() default "";

    /** How much arrives in a second at most. */
    long kilobytesPerSecond() default 0;

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
        WithSlowStream[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithSlowStream> {

        @Override
        public Fault make(WithSlowStream declared, DeclarationContext test) {
            SlowStream fault = SlowStream.of(test.target(declared.value()));
            fault = test.duration("latency", declared.latency())
                    .map(fault::latency)
                    .orElse(fault);
            fault = test.duration("jitter", declared.jitter())
                    .map(fault::jitter)
                    .orElse(fault);
            if (declared.kilobytesPerSecond() != 0) {
                fault = fault.kilobytesPerSecond(declared.kilobytesPerSecond());
            } else if (declared.latency().isEmpty()) {
                throw new IllegalArgumentException("Name a latency, kilobytesPerSecond, or both.");
            }
            return declared.way().of(fault, fault.upstream(), fault.bothWays());
        }
    }
}
