package io.faultline.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes an annotation of a {@link FaultlineTest} declare a fault: it is injected before the test's body, after all
 * {@code @BeforeEach} methods, and healed and judged after it. On a class it is declared for each of its tests. May be
 * used in annotations of one's own, several at a time, as the annotations that have it may.
 *
 * <p>Attributes named {@code after}, {@code lasting} (both text, as {@code "2s"}) and {@code pulse} (two texts) are the
 * fault's schedule, whatever its maker is.
 */
@Target(ElementType.ANNOTATION_TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface InjectedBy {

    /** What makes the fault of the annotation; has a constructor without parameters. */
    Class<? extends FaultMaker<?>> value();
}
