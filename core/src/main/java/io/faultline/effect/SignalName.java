package io.faultline.effect;

import io.faultline.fault.process.Freeze;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Names of signals, as people and images write them: {@code SIGHUP}, {@code hup}, {@code RTMIN+3}, {@code 3}. */
public final class SignalName {

    /** By number, as Linux numbers them on what containers run on (signal(7)); those without a use of their own are left out. */
    private static final List<String> NUMBERED = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "IO", "PWR", "SYS");

    private static final String EXAMPLES =
            "SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGKILL, SIGUSR1, SIGUSR2, SIGTERM, SIGCHLD, SIGCONT, SIGWINCH, SIGRTMIN+3";

    private static final List<String> STOPPING = List.of("STOP", "TSTP", "TTIN", "TTOU");
    private static final Map<String, String> ALIASES = Map.of("CLD", "CHLD", "IOT", "ABRT", "POLL", "IO");
    private static final Pattern REAL_TIME = Pattern.compile("RTMIN(\\+(\\d{1,2}))?|RTMAX(-(\\d{1,2}))?");
    private static final int REAL_TIME_MIN =
            34; // as the C library of most images and Docker count; the kernel has 32 and 33 too
    private static final int REAL_TIME_MAX = 64;

    private SignalName() {}

    /**
     * Without SIG, in capitals.
     *
     * @throws IllegalArgumentException if there is none of this name, or if it stops processes, which {@link Freeze} does
     */
    public static String plain(String name) {
        String plain = known(name);
        if (STOPPING.contains(plain)) {
            throw new IllegalArgumentException("SIG" + plain + " stops a process until somebody sends SIGCONT. "
                    + "Freeze does that, and takes it back whatever happens.");
        }
        return plain;
    }

    /**
     * Without SIG, in capitals, of one that tells a program to end.
     *
     * @throws IllegalArgumentException if there is none of this name, or if no program can handle it
     */
    public static String gracefulStop(String name) {
        String plain = known(name);
        if (plain.equals("KILL")) {
            throw new IllegalArgumentException(
                    "signal(\"" + name + "\"): SIGKILL cannot be caught, so nothing is graceful "
                            + "about it. Name one that the program handles, as SIGTERM.");
        }
        if (STOPPING.contains(plain)) {
            throw new IllegalArgumentException("signal(\"" + name + "\"): SIG" + plain
                    + " stops a process until somebody sends SIGCONT, and never ends it. Name one that the program handles, "
                    + "as SIGTERM.");
        }
        return plain;
    }

    /** The number of a signal by its plain name, to which 128 is added where a process that it ended has an exit code. */
    public static int number(String plain) {
        if (plain.startsWith("RTMIN")) {
            return REAL_TIME_MIN + (plain.equals("RTMIN") ? 0 : Integer.parseInt(plain.substring("RTMIN+".length())));
        }
        return NUMBERED.indexOf(plain);
    }

    private static String known(String name) {
        String upper = name.strip().toUpperCase(Locale.ROOT);
        String plain = upper.startsWith("SIG") ? upper.substring(3) : upper;
        return numbered(plain)
                .or(() -> realTime(plain))
                .or(() -> Optional.of(ALIASES.getOrDefault(plain, plain)).filter(NUMBERED::contains))
                .filter(found -> !found.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException(
                        "No signal is called \"" + name + "\". Name one of " + EXAMPLES + "."));
    }

    private static Optional<String> numbered(String digits) {
        if (!digits.matches("\\d{1,2}")) {
            return Optional.empty();
        }
        int number = Integer.parseInt(digits);
        if (number < NUMBERED.size()) {
            return Optional.of(NUMBERED.get(number));
        }
        return IntStream.rangeClosed(REAL_TIME_MIN, REAL_TIME_MAX)
                .filter(each -> each == number)
                .mapToObj(SignalName::fromMinimum)
                .findFirst();
    }

    private static Optional<String> realTime(String name) {
        Matcher matcher = REAL_TIME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int number = name.startsWith("RTMIN")
                ? REAL_TIME_MIN + offset(matcher.group(2))
                : REAL_TIME_MAX - offset(matcher.group(4));
        return Optional.of(number)
                .filter(each -> each >= REAL_TIME_MIN && each <= REAL_TIME_MAX)
                .map(SignalName::fromMinimum);
    }

    private static int offset(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static String fromMinimum(int number) {
        return number == REAL_TIME_MIN ? "RTMIN" : "RTMIN+" + (number - REAL_TIME_MIN);
    }
}
