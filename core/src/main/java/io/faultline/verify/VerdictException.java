package io.faultline.verify;

/** An experiment came to a verdict that ends it. */
public final class VerdictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Verdict verdict;

    public VerdictException(Verdict verdict) {
        super(verdict.toString());
        this.verdict = verdict;
    }

    public Verdict verdict() {
        return verdict;
    }
}
