package io.faultline.reference;

/** What is answered to somebody who asked for a unit of work. */
record Answer(int status, String body) {

    static final Answer DONE = new Answer(200, "done");

    /** It could not be done now. */
    static Answer unavailable(String reason) {
        return new Answer(503, reason);
    }

    /** It can never be done. */
    static Answer tooBig(String reason) {
        return new Answer(413, reason);
    }
}
