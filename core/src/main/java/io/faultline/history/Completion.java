package io.faultline.history;

/** How an operation ended, in the words of Jepsen's histories. */
public enum Completion {
    /** It was acknowledged. */
    OK("ok"),
    /** It certainly was not carried out: nothing was sent, or the server has refused it. Jepsen's {@code fail}. */
    FAILED("failed"),
    /** Nobody knows: it timed out, its connection ended, or it still runs. It may be carried out later. Jepsen's {@code info}. */
    UNKNOWN("unknown");

    private final String label;

    Completion(String label) {
        this.label = label;
    }

    /** The word in reports. */
    public String label() {
        return label;
    }
}
