package io.faultline.verify;

import io.faultline.observe.ExitStatus;
import io.faultline.observe.ShutdownStatus.SignalDisposition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a container was to do when it was told to stop, and by what that can be explained. Pure.
 *
 * @param alone whether no process may be left when the first one ends
 * @param before its first process at the signal
 * @param now the processes that are left of it
 */
record ShutdownJudge(
        String target,
        String signal,
        Duration bound,
        Set<Integer> exitCodes,
        Optional<String> lastLogLine,
        boolean alone,
        SignalDisposition before,
        List<SignalDisposition> now) {

    private static final int KILLED = 128 + 9;
    private static final int JVM_AFTER_SIGTERM = 128 + 15;
    private static final int LONGEST_COMMAND = 100;
    private static final Pattern SHELL = Pattern.compile("(\\S*/)?(sh|bash|dash|ash|busybox sh) -[a-z]*c .*");

    Verdict judge(Shutdown shutdown) {
        if (shutdown.took().isEmpty()) {
            return broken(
                    target + " did not end within " + seconds(bound) + " of " + signal + ".", whyItLives(shutdown));
        }
        if (shutdown.ending().isEmpty()) {
            return new Verdict(
                    Outcome.INCONCLUSIVE,
                    "the first process of " + target + " ended "
                            + seconds(shutdown.took().get()) + " after " + signal
                            + ", but the engine still takes it for running, so its exit code is not known.",
                    Optional.of("Does the engine answer? 'faultline doctor' tells."));
        }
        List<String> problems = problems(shutdown, shutdown.ending().get());
        if (!problems.isEmpty()) {
            return new Verdict(
                    Outcome.BROKEN,
                    target + " ended " + seconds(shutdown.took().get()) + " after " + signal + ", but not gracefully.",
                    Optional.of(String.join(" ", problems)));
        }
        Optional<Verdict> unknown = unknown(shutdown);
        if (unknown.isPresent()) {
            return unknown.get();
        }
        return new Verdict(Outcome.HELD, held(shutdown, shutdown.ending().get()), Optional.empty());
    }

    /** What was expected, and cannot be known. */
    private Optional<Verdict> unknown(Shutdown shutdown) {
        if (alone && shutdown.behind().isEmpty()) {
            return Optional.of(new Verdict(
                    Outcome.INCONCLUSIVE,
                    target + " ended well, but whether it left a process behind is not known.",
                    Optional.of("This kernel does not tell how other processes ended; Linux does from 6.15 on.")));
        }
        return shutdown.work().stream()
                .filter(tally -> tally.underWay() == 0)
                .findFirst()
                .map(tally -> new Verdict(
                        Outcome.INCONCLUSIVE,
                        (tally.isCondition()
                                        ? '"' + tally.what() + "\" was true already when "
                                        : "none of the " + tally.what() + " was under way when ")
                                + target + " was told to stop, so nothing had to be finished.",
                        Optional.of("Give it slower work, or more at a time.")));
    }

    private String held(Shutdown shutdown, ExitStatus ending) {
        return target + " ended " + seconds(shutdown.took().orElseThrow()) + " after " + signal + " (bound "
                + seconds(bound) + ") with exit code " + ending.exitCode() + ", and reset no connection"
                + shutdown.stoppedListening()
                        .map(time -> "; it stopped listening after " + seconds(time))
                        .orElse("")
                + shutdown.work().stream()
                        .map(tally -> tally.isCondition()
                                ? "; " + tally.what()
                                : "; it finished all " + tally.underWay() + " " + tally.what())
                        .collect(Collectors.joining())
                + (alone ? "; it left no process behind" : "")
                + ".";
    }

    private List<String> problems(Shutdown shutdown, ExitStatus ending) {
        List<String> problems = new ArrayList<>();
        if (!exitCodes.contains(ending.exitCode())) {
            problems.add("Its exit code was " + ending.exitCode() + ", and not "
                    + exitCodes.stream().map(String::valueOf).collect(Collectors.joining(" or ")) + whyThatCode(ending)
                    + ".");
        }
        if (shutdown.resets() > 0) {
            problems.add("It reset " + shutdown.resets()
                    + (shutdown.resets() == 1 ? " connection" : " connections")
                    + ": it closed what it had not read to the end, or left while requests were under way. Stop "
                    + "accepting, finish what has begun, and close then.");
        }
        shutdown.work().stream()
                .filter(tally -> tally.finished() < tally.underWay())
                .forEach(tally -> problems.add(unfinished(tally)));
        if (alone && !shutdown.behind().orElse(List.of()).isEmpty()) {
            problems.add("It left processes behind, which had not ended by themselves: "
                    + String.join(", ", shutdown.behind().get())
                    + ". Pass the signal on to children, and wait for them before the first process ends.");
        }
        lastLogLine
                .filter(text -> ending.lastLines().lines().noneMatch(line -> line.contains(text)))
                .ifPresent(text -> problems.add("Its log does not end with \"" + text + "\", but with \""
                        + ending.lastLines().lines().reduce("", (first, last) -> last)
                        + "\": is its output flushed before it leaves?"));
        return problems;
    }

    private static String unfinished(Tally tally) {
        if (tally.isCondition()) {
            return "What was under way was lost: \"" + tally.what()
                    + "\" did not come true. Finish what has begun, and leave then.";
        }
        return (tally.underWay() - tally.finished()) + " of the " + tally.underWay() + " " + tally.what()
                + " that were under way at the signal were not finished"
                + (tally.failures().isEmpty()
                        ? ""
                        : " (" + tally.failures().stream().distinct().collect(Collectors.joining(", ")) + ")")
                + ". Finish what has begun before leaving.";
    }

    private String whyThatCode(ExitStatus ending) {
        if (ending.oomKilled()) {
            return ": the kernel killed it for want of memory";
        }
        if (ending.exitCode() == KILLED) {
            return ": somebody killed it with SIGKILL";
        }
        if (ending.exitCode() == JVM_AFTER_SIGTERM && signal.equals("SIGTERM")) {
            return before.catches()
                    ? ": so a JVM ends after its shutdown hooks; if that is right, expect it by exitCode(143)"
                    : ": it did not catch " + signal + ", which ended it at once";
        }
        return "";
    }

    private String whyItLives(Shutdown shutdown) {
        String first = "Its PID 1 is \"" + command() + "\", which ";
        Optional<SignalDisposition> itself =
                now.stream().filter(process -> process.pid() == before.pid()).findFirst();
        if (!before.catches() && itself.filter(SignalDisposition::catches).isPresent()) {
            return first + "did not catch " + signal
                    + " when it came, so it was lost, and catches it now: it was still "
                    + "starting. Handle it before all else, or run it under an init, which ends what does not handle it.";
        }
        if (!before.catches()) {
            return first + whyItIsDeaf();
        }
        String does = itself.map(ShutdownJudge::whereItIs).orElse("");
        return first + "catches " + signal + does + "." + open(shutdown);
    }

    /** On one line, and not all of a program that was given as an argument. */
    private String command() {
        String words =
                before.command().isEmpty() ? before.name() : before.command().replaceAll("\\s+", " ");
        return words.length() > LONGEST_COMMAND ? words.substring(0, LONGEST_COMMAND) + "…" : words;
    }

    private String whyItIsDeaf() {
        String deaf = before.blocks()
                ? "blocks " + signal + "."
                : before.ignores()
                        ? "ignores " + signal + "."
                        : "does not catch " + signal + ", and what PID 1 does not catch does nothing to it.";
        String listener = now.stream()
                .filter(process -> process.pid() != before.pid() && process.catches())
                .findFirst()
                .map(process -> " Its child \"" + process.name() + "\" would catch it, but is not told.")
                .orElse("");
        String cure = SHELL.matcher(command()).matches()
                ? " A shell does not pass signals on: use the exec form of CMD and ENTRYPOINT, put 'exec' before the program, "
                        + "or run it under an init (docker run --init, \"init: true\" in Compose)."
                : " Handle it in the program, or run it under an init (docker run --init, \"init: true\" in Compose).";
        return deaf + listener + cure;
    }

    private static String whereItIs(SignalDisposition process) {
        if (process.waitsIn().endsWith("pipe_write")) {
            return ", but stands in a write to a full pipe: nobody reads its output. Log through a bounded queue that drops, "
                    + "and never from a signal handler";
        }
        return process.waitsIn().isEmpty()
                ? ", and still runs"
                : ", and now waits in the kernel's " + process.waitsIn();
    }

    private String open(Shutdown shutdown) {
        String others = now.stream()
                .filter(process -> process.pid() != before.pid())
                .map(SignalDisposition::name)
                .sorted()
                .collect(Collectors.joining(", "));
        return (others.isEmpty() ? "" : " It waits, it may be, for its children: " + others + ".")
                + (shutdown.established() == 0
                        ? ""
                        : " Connections still open: " + shutdown.established()
                                + "; does it wait for clients to leave?");
    }

    private static Verdict broken(String reason, String advice) {
        return new Verdict(Outcome.BROKEN, reason, Optional.of(advice));
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }
}
