package io.faultline.junit;

/** Which way data goes, in the annotations of faults on streams. */
public enum StreamWay {
    /** From the container to its clients. */
    DOWNSTREAM,
    /** From clients to the container. */
    UPSTREAM,
    BOTH
}
