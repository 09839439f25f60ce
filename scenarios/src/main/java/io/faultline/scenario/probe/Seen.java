package io.faultline.scenario.probe;

/**
 * What was seen, before it is said how long that took.
 *
 * @param what in short: {@code 503}
 * @param more what there is to add to it; can be empty
 */
record Seen(boolean ok, String what, String more) {

    static Seen ok(String what) {
        return new Seen(true, what, "");
    }

    static Seen notOk(String what) {
        return new Seen(false, what, "");
    }
}
