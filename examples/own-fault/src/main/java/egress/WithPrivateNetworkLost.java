package egress;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Cuts a container off from the private networks while the test's body runs: see {@link PrivateNetworkLost}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@DeclaresFault("private-network-lost")
public @interface WithPrivateNetworkLost {

    /** The container's field. */
    String value();

    /** Only this port of the others. */
    int port() default 0;

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;
}
