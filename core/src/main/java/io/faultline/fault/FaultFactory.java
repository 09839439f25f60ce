package io.faultline.fault;

/**
 * Makes a fault of what was written in a file or an annotation. Implemented by a record, whose components are what can be
 * written: see {@link FaultSpec}.
 */
@FunctionalInterface
public interface FaultFactory {

    /**
     * The fault, which is not injected yet.
     *
     * @throws IllegalArgumentException if these values make no fault, with what is wrong
     */
    Fault make();
}
