package io.faultline.scenario.probe;

/**
 * What was seen, before it is said how long that took.
 *
 * @param what in short: {@code 503}
 * @param more what there is to add to it; can be empty
 */
record ProbeResult(boolean ok, String what, String more) {

    static ProbeResult ok(String what) {
        return new ProbeResult(true, what, "");
    }

    static ProbeResult notOk(String what) {
        return new ProbeResult(false, what, "");
    }
}
