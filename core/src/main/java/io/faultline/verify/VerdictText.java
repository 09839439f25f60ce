package io.faultline.verify;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What verdicts have in common in words. */
final class VerdictText {

    private static final int STUCK_FRAMES = 4;
    static final String BOUNDLESS =
            "What it calls waits without a bound. Give it a time-out (a socket's read time-out, a driver's query time-out); "
                    + "the thread was interrupted and left alone.";

    private VerdictText() {}

    static Verdict held(String reason) {
        return new Verdict(Cause.AS_EXPECTED, reason);
    }

    static String seen(String what) {
        return what.equals("true") || what.equals("false") ? "" : " (" + what + ")";
    }

    static String stripped(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    static String quoted(String expected) {
        return '"' + expected + '"';
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }

    static String where(StackTraceElement[] stands) {
        return Arrays.stream(stands)
                .limit(STUCK_FRAMES)
                .map(frame -> "at " + frame)
                .collect(Collectors.joining(", "));
    }
}
