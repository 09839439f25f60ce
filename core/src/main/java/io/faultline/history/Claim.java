package io.faultline.history;

import java.util.Locale;

/** What can be claimed of a history. Each is judged for one key. */
public enum Claim {
    /** Every acknowledged write is there: elements that were added, the value written last, as many as were counted. Needs the truth. */
    NOTHING_LOST(true),
    /** No write was carried out more often than it was called. Needs the truth, of elements or a counter. */
    NOTHING_TWICE(true),
    /** No write that failed for certain was carried out: for clients that promise so. Needs the truth. */
    NO_FAILED_WRITE_DONE(true),
    /** No read was answered with what nobody had written by then, or with nothing where something was. */
    NO_WRONG_ANSWER(false),
    /** What a process has seen once it never sees older again. */
    MONOTONIC_READS(false),
    /** There is an order of all operations, each between its call and its answer, that explains every answer. Registers and counters. */
    LINEARIZABLE(false);

    private final boolean needsTruth;

    Claim(boolean needsTruth) {
        this.needsTruth = needsTruth;
    }

    boolean needsTruth() {
        return needsTruth;
    }

    /** The word in scenario files and reports: {@code nothing-lost}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
