package io.faultline.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives test, lifecycle and constructor parameters of type {@link io.faultline.Faultline}, one for each test, and heals
 * what a test has left open before its containers close: also if it failed, timed out or was interrupted. A test whose
 * fault had no effect, or whose healing failed, fails. So does one whose verdict got lost, because it was caught or thrown in
 * another thread: a test that expects one {@linkplain io.faultline.Faultline#acknowledge acknowledges} it.
 *
 * <p>A parameter in {@code @BeforeAll} or the constructor belongs to the class: its faults stay open through all of its
 * tests. Works with parallel tests, {@code @Nested}, every lifecycle, and {@code @Timeout} in both thread modes.
 *
 * <p>Where Docker or a capability is missing, tests are skipped with the reason, or fail in strict mode: with the
 * configuration parameter or system property {@code faultline.strict=true}, which is the default where the environment
 * variable {@code CI} is set.
 *
 * <p>Inherited by subclasses; may be used in annotations of one's own.
 */
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(FaultlineExtension.class)
public @interface FaultlineTest {}
