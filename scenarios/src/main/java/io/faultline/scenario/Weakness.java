package io.faultline.scenario;

import java.util.Locale;

/** What a naive reference system leaves at its default, and what then goes wrong. A scenario shows one. */
enum Weakness {
    /** SIGTERM is not handled: it does nothing to a PID 1 in Python, and ends a JVM in the middle of its work. */
    SIGTERM,
    /** Whoever logs writes to standard output himself, and waits with it. */
    LOGGING,
    /** An answer of the dependency is waited for without a bound. */
    TIMEOUT;

    /** As the programs read it in their environment. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
