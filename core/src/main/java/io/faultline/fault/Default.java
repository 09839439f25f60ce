package io.faultline.fault;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a component of a {@link FaultSpec}'s record is where nothing is written. Without it a component has to be written,
 * unless it is an {@link java.util.Optional} or a list of texts.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Default {

    /** As files write it. */
    String value();
}
