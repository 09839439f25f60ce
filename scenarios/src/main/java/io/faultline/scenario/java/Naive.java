package io.faultline.scenario.java;

import java.util.List;

/** What this program does naively, as most do: it leaves it at the default. */
final class Naive {

    private static final List<String> ALL =
            List.of(System.getenv().getOrDefault("NAIVE", "").split(" ", -1));

    static final boolean SIGTERM = ALL.contains("sigterm");
    static final boolean LOGGING = ALL.contains("logging");
    static final boolean TIMEOUT = ALL.contains("timeout");

    private Naive() {}
}
