package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.Link;
import io.faultline.fault.LinkProfile;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Puts a container behind a bad line while the test's body runs: see {@link Link}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithLink.All.class)
@DeclaresFault(WithLink.Maker.class)
public @interface WithLink {

    /** The container's field. */
    String value();

    /** Which line. */
    LinkProfile profile();

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
        WithLink[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithLink> {

        @Override
        public Fault make(WithLink declared, DeclarationContext test) {
            return Link.of(test.target(declared.value()), declared.profile());
        }
    }
}
