package io.faultline.inject;

/** Something that was injected could not be taken back. What else was open has been healed all the same. */
public final class HealFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public HealFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
