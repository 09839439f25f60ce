package io.faultline.junit;

/** Which way data goes, in the annotations of faults on streams. */
public enum StreamWay {
    /** From the container to its clients. */
    DOWNSTREAM,
    /** From clients to the container. */
    UPSTREAM,
    BOTH;

    /** The one of the three that this way asks for. */
    <F> F of(F downstream, F upstream, F both) {
        return switch (this) {
            case DOWNSTREAM -> downstream;
            case UPSTREAM -> upstream;
            case BOTH -> both;
        };
    }
}
