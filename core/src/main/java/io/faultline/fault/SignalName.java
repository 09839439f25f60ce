package io.faultline.fault;

import java.util.List;
import java.util.Locale;

/** Names of signals, as people write them. */
final class SignalName {

    /** Those that end, or tell something; not those that stop, which {@link Freeze} takes back. */
    private static final List<String> KNOWN = List.of(
            "HUP", "INT", "QUIT", "ABRT", "KILL", "USR1", "USR2", "SEGV", "PIPE", "ALRM", "TERM", "CHLD", "CONT",
            "WINCH");

    private static final List<String> STOPPING = List.of("STOP", "TSTP", "TTIN", "TTOU");

    private SignalName() {}

    /**
     * Without SIG, in capitals.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    static String plain(String name) {
        String upper = name.strip().toUpperCase(Locale.ROOT);
        String plain = upper.startsWith("SIG") ? upper.substring(3) : upper;
        if (STOPPING.contains(plain)) {
            throw new IllegalArgumentException("SIG" + plain + " stops a process until somebody sends SIGCONT. "
                    + "Freeze does that, and takes it back whatever happens.");
        }
        if (!KNOWN.contains(plain)) {
            throw new IllegalArgumentException(
                    "No signal is called \"" + name + "\". Name one of SIG" + String.join(", SIG", KNOWN) + ".");
        }
        return plain;
    }
}
