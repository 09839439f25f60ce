package io.faultline.fault;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Times in words, as files and annotations write them: {@code 200ms}, {@code 1.5s}, {@code 2m}. */
@API(status = Status.INTERNAL)
public final class Durations {

    /** How they are written, for messages. */
    public static final String FORM = "\"200ms\", \"1.5s\" or \"2m\"";

    private static final Pattern WRITTEN = Pattern.compile("(\\d+(?:\\.\\d+)?) ?(ms|s|m)");
    private static final Map<String, Duration> UNITS =
            Map.of("ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1));

    private Durations() {}

    /**
     * The time that is written so.
     *
     * @throws IllegalArgumentException if it is written otherwise
     */
    public static Duration parse(String text) {
        Matcher matcher = WRITTEN.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Invalid duration \"" + text + "\": write it as " + FORM + ".");
        }
        Duration unit = Objects.requireNonNull(UNITS.get(matcher.group(2)), text);
        return Duration.ofNanos(Math.round(Double.parseDouble(matcher.group(1)) * unit.toNanos()));
    }
}
