package io.faultline.fault.stream;

/** Which way data goes that a declared fault of streams is about. */
public enum StreamDirection {
    /** From the container to its clients. */
    DOWNSTREAM,
    /** From clients to the container. */
    UPSTREAM,
    BOTH;

    /** The one of the three that this asks for. */
    <F> F of(F downstream, F upstream, F both) {
        return switch (this) {
            case DOWNSTREAM -> downstream;
            case UPSTREAM -> upstream;
            case BOTH -> both;
        };
    }
}
