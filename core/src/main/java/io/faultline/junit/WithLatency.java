package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.Latency;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;

/** Delays a container's packets while the test's body runs: see {@link io.faultline.fault.Latency}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithLatency.All.class)
@DeclaresFault(WithLatency.Maker.class)
public @interface WithLatency {

    /** The container's field. */
    String value();

    /** How late, as {@code "200ms"}. */
    String delay();

    /** By how much that varies. */
    String jitter() default "";

    /** How much each delay is like the one before, in percent. */
    double correlation() default 0;

    Direction way() default Direction.OUTGOING;

    /** Only what goes to, or comes from, these addresses and networks. */
    String[] towards() default {};

    /** Only packets of this port: the container's own, or with {@link #towards} the others'. */
    int port() default 0;

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
        WithLatency[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithLatency> {

        @Override
        public Fault make(WithLatency declared, DeclarationContext test) {
            Latency fault = Latency.of(
                    test.target(declared.value()),
                    test.duration("delay", declared.delay()).orElse(Duration.ofMillis(1)));
            fault = test.duration("jitter", declared.jitter())
                    .map(fault::jitter)
                    .orElse(fault);
            fault = declared.correlation() == 0 ? fault : fault.correlation(declared.correlation());
            return declared.way().narrowing(fault, declared.towards(), declared.port());
        }
    }
}
