package io.faultline.verify;

/** How an expectation turned out. */
public enum Outcome {
    /** It came true in time, and the fault demonstrably had an effect. */
    HELD,
    /** The fault was there and it did not come true in time. */
    BROKEN,
    /** The fault had no effect, or it could not be looked: nothing was learned, and this is never green. */
    INCONCLUSIVE
}
