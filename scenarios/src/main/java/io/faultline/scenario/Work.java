package io.faultline.scenario;

/** A unit of work that a reference system can be asked for once. For one thread; no look waits for the system under a fault. */
interface Work {

    /** Asks for it, and does not wait for it. */
    void begin();

    /** Whether the system has begun it. Asks Redis. */
    boolean isBegun();

    /** Whether whoever asked for it knows that it was done. */
    boolean isDone();

    /** Whether whoever asked for it knows that it will not be done. */
    boolean isRefused();
}
