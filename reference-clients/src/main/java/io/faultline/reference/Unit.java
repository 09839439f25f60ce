package io.faultline.reference;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A unit of work that somebody asked for.
 *
 * @param takes how long it takes where all is well
 * @param bytes how big its payload is
 */
record Unit(String name, Duration takes, int bytes) {

    /** As the parameters of a URL say it: {@code ms=1500&bytes=10&name=…}, each of which can be left out. */
    static Unit of(String query, String nameless) {
        Map<String, String> parameters = Arrays.stream(query.split("&", -1))
                .filter(pair -> pair.contains("="))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, second) -> second));
        return new Unit(
                parameters.getOrDefault("name", nameless),
                Duration.ofMillis(Long.parseLong(parameters.getOrDefault("ms", "0"))),
                Integer.parseInt(parameters.getOrDefault("bytes", "0")));
    }

    /** Waits for as long as it takes. */
    void take() throws InterruptedException {
        Pause.of(takes);
    }
}
