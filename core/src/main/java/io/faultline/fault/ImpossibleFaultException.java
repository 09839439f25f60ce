package io.faultline.fault;

/**
 * This machine cannot carry the fault: its kernel or engine lacks something. Nothing was touched. The message names the
 * cause and the way out; tests are skipped with it, unless they are strict.
 */
public final class ImpossibleFaultException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ImpossibleFaultException(String message) {
        super(message);
    }
}
