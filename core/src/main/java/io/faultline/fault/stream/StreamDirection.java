package io.faultline.fault.stream;

/** Which way data goes that a declared fault of streams is about. */
public enum StreamDirection {
    /** From the container to its clients. */
    DOWNSTREAM,
    /** From clients to the container. */
    UPSTREAM,
    BOTH
}
