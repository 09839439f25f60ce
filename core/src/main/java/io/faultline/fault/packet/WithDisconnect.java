package io.faultline.fault.packet;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Disconnects a container from its networks while the test's body runs: see {@link io.faultline.fault.packet.Disconnect}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithDisconnect.All.class)
@DeclaresFault("disconnect")
public @interface WithDisconnect {

    /** The container's field. */
    String value();

    /** Only from this network, by its name in the engine. */
    String network() default "";

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithDisconnect[] value();
    }
}
