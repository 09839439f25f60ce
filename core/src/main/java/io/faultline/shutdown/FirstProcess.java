package io.faultline.shutdown;

import io.faultline.observe.ShutdownStatus.SignalDisposition;
import java.util.Set;
import java.util.regex.Pattern;

/** The first process of a container, as far as it can be told what it is from how it was started. Pure. */
record FirstProcess(SignalDisposition seen) {

    private static final int LONGEST_COMMAND = 100;
    private static final Pattern SHELL = Pattern.compile("(\\S*/)?(busybox )?(sh|bash|dash|ash|ksh|zsh)( .*)?");
    private static final Pattern PACKAGE_RUNNER = Pattern.compile(
            "(\\S*/?node(js)? (--\\S+ )*)?(\\S*/)?(npm|npx|pnpm|pnpx|yarn|yarnpkg)(-cli)?(\\.c?js)?( .*)?");
    private static final Set<String> INITS = Set.of("docker-init", "tini", "tini-static", "dumb-init", "catatonit");

    /** On one line, and not all of a program that was given as an argument. */
    String command() {
        String words = seen.command().isEmpty() ? seen.name() : oneLine();
        return words.length() > LONGEST_COMMAND ? words.substring(0, LONGEST_COMMAND) + "…" : words;
    }

    private String oneLine() {
        return seen.command().replaceAll("\\s+", " ");
    }

    boolean isShell() {
        return SHELL.matcher(oneLine()).matches();
    }

    /** npm, pnpm or yarn 1: of a signal they tell the shell that they start, and the program under it never hears of it. */
    boolean isPackageRunner() {
        return PACKAGE_RUNNER.matcher(oneLine()).matches();
    }

    /** One that passes signals on to its child. */
    boolean isInit() {
        return INITS.contains(seen.name());
    }

    /** What to do if it does not handle the signal, or keeps it to itself. */
    String cure() {
        if (isPackageRunner()) {
            return "A package runner (npm, pnpm, yarn 1) signals the shell that it runs scripts in, and that does not pass "
                    + "signals on: the program never hears of it. Start the program itself, as CMD [\"node\", \"server.js\"]; "
                    + "an init does not help.";
        }
        if (isShell()) {
            return "A shell does not pass signals on: use the exec form of CMD and ENTRYPOINT, put 'exec' before the program, "
                    + "or run it under an init (docker run --init, \"init: true\" in Compose).";
        }
        return "Handle it in the program, or run it under an init (docker run --init, \"init: true\" in Compose).";
    }
}
