package io.faultline.fault;

/** The terrain cannot carry the fault. Nothing was touched. The message names the cause and the way out. */
public final class ImpossibleFaultException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ImpossibleFaultException(String message) {
        super(message);
    }
}
