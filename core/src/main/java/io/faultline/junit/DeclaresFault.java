package io.faultline.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Makes an annotation of a test declare a fault: it is injected before the test's body, after all {@code @BeforeEach} methods,
 * and healed and judged after it. On a class it is declared for each of its tests, also by what the class extends, implements,
 * or is {@code @Nested} in. May be used in annotations of one's own, several at a time, as the annotations that have it may.
 *
 * <p>Such an annotation needs no other beside it: it brings what {@link FaultlineTest} brings. On a method that is no test it
 * would do nothing, and fails the tests of its class.
 *
 * <p>Its attributes are called as the components of the fault's {@link io.faultline.fault.FaultSpec} are, but for {@code
 * value}, which is its {@code target}; one whose default is empty, 0 or -1, and that has it, was not written. An attribute of type {@link FaultSchedule} is
 * the fault's schedule.
 */
@Target(ElementType.ANNOTATION_TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(FaultlineExtension.class) // found from every annotation that has this one, however deep
public @interface DeclaresFault {

    /** The fault, as files call it: {@code packet-loss}. */
    String value();
}
