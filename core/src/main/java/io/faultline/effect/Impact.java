package io.faultline.effect;

/** How an effect shows to a client whose connections meet it. */
public enum Impact {
    /** What is sent is lost without a word, on every way: only a time-out can tell. */
    SILENCES,
    /** Connections are ended or refused. */
    REFUSES,
    /** Nobody answers any more, though the kernel of the target may go on. */
    STOPS,
    /** The network is gone that a connection uses; others may be left. */
    DETACHES,
    /** What is asked is answered later, slower, or wrongly. */
    DEGRADES
}
