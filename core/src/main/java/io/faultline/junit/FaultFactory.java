package io.faultline.junit;

import io.faultline.fault.Fault;
import java.lang.annotation.Annotation;

/**
 * Makes a fault of an annotation that is {@link DeclaresFault} it.
 *
 * @param <A> the annotation
 */
@FunctionalInterface
public interface FaultFactory<A extends Annotation> {

    /**
     * Makes the fault; nothing is injected yet.
     *
     * @param test what the annotation's names mean; takes problems, so that all can be reported at once
     * @throws IllegalArgumentException if the attributes make no fault; is reported with the other problems
     */
    Fault make(A annotation, DeclarationContext test);
}
