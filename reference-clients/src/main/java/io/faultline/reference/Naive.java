package io.faultline.reference;

import java.util.List;

/** What this program does naively, as most do: it leaves it at the default. */
final class Naive {

    private static final List<String> ALL =
            List.of(System.getenv().getOrDefault("NAIVE", "").split(" ", -1));

    static final boolean DEADLINE = ALL.contains("deadline");
    static final boolean DNS = ALL.contains("dns");
    static final boolean HEARTBEAT = ALL.contains("heartbeat");
    static final boolean JITTER = ALL.contains("jitter");
    static final boolean KEEPALIVE = ALL.contains("keepalive");
    static final boolean LOGGING = ALL.contains("logging");
    static final boolean POOL = ALL.contains("pool");
    static final boolean RECONNECT = ALL.contains("reconnect");
    static final boolean RETRY = ALL.contains("retry");
    static final boolean SIGTERM = ALL.contains("sigterm");
    static final boolean START = ALL.contains("start");
    static final boolean TIMEOUT = ALL.contains("timeout");
    static final boolean TOO_BIG = ALL.contains("too-big");

    private Naive() {}
}
