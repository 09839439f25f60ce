package io.faultline.scenario.probe;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;

/** How details are written. */
final class Text {

    private static final int SHOWN = 120;

    private Text() {}

    /** {@code 12 ms}, or {@code 2.0 s}. */
    static String of(Duration duration) {
        return duration.toMillis() < 1000
                ? duration.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
    }

    /** The beginning of what somebody else wrote, on one line. */
    static String excerpt(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }

    static String required(String value, String what) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("A probe needs " + what + ", but it was blank.");
        }
        return value;
    }

    /** As in a URL. */
    static String hostAndPort(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    static int port(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("A probe needs a port from 1 to 65535, but it was " + port + ".");
        }
        return port;
    }
}
