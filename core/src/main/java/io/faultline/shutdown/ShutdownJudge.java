package io.faultline.shutdown;

import io.faultline.observe.ExitStatus;
import io.faultline.observe.ShutdownStatus;
import io.faultline.verify.Cause;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a container was to do when it was told to stop, and by what that can be explained. Pure.
 *
 * @param alone whether no process may be left when the first one ends
 * @param seen what was seen of it last
 * @param restartPolicy by which its engine starts it again, where that keeps its exit code from being known
 */
record ShutdownJudge(
        String target,
        StopSignal signal,
        Duration bound,
        Set<Integer> exitCodes,
        Optional<String> lastLogLine,
        boolean alone,
        ShutdownStatus seen,
        Optional<String> restartPolicy) {

    private static final int KILLED = 128 + 9;

    Verdict judge(Shutdown shutdown) {
        if (shutdown.took().isEmpty()) {
            return new Verdict(
                    Cause.DID_NOT_STOP,
                    target + " did not end within " + seconds(bound) + " of " + signal + ".",
                    Optional.of(new WhyItStays(signal, seen).toString()));
        }
        if (shutdown.exitStatus().isEmpty()) {
            return withoutExitCode(shutdown.took().get());
        }
        ExitStatus exit = shutdown.exitStatus().get();
        List<String> problems = new ArrayList<>(problems(shutdown, exit));
        if (!problems.isEmpty()) {
            signal.ifNotOwn().ifPresent(problems::add);
            return new Verdict(
                    Cause.STOPPED_UNGRACEFULLY,
                    target + " ended " + seconds(shutdown.took().get()) + " after " + signal + ", but not gracefully.",
                    Optional.of(String.join(" ", problems)));
        }
        return notBecauseOfIt(shutdown.took().get(), exit)
                .or(() -> unknown(shutdown, exit))
                .orElseGet(() -> new Verdict(Cause.AS_EXPECTED, held(shutdown, exit), Optional.empty()));
    }

    private Verdict withoutExitCode(Duration took) {
        String ended = "the first process of " + target + " ended " + seconds(took) + " after " + signal + ", but ";
        return restartPolicy
                .map(policy -> new Verdict(
                        Cause.END_NOT_KNOWN,
                        ended
                                + "its exit code is not known: the engine has started it again at once (its restart policy is \""
                                + policy + "\").",
                        Optional.of(
                                "Linux reports how a process ended from 6.15 on; on an older kernel, judge it without that "
                                        + "restart policy.")))
                .orElseGet(() -> new Verdict(
                        Cause.END_NOT_KNOWN,
                        ended + "the engine still takes it for running, so its exit code is not known.",
                        Optional.of("Does the engine answer? 'faultline doctor' shows it.")));
    }

    /** That it ended in time does not mean that the signal was why. */
    private Optional<Verdict> notBecauseOfIt(Duration took, ExitStatus exit) {
        String ended = target + " ended " + seconds(took) + " after " + signal + " with exit code " + exit.exitCode()
                + ", but ";
        if (!seen.handled() && exit.exitCode() != signal.exitCode()) {
            FirstProcess first = new FirstProcess(seen.first());
            return Optional.of(new Verdict(
                    Cause.NOT_BY_SIGNAL,
                    ended + "its first process, \"" + first.command() + "\", does not handle " + signal
                            + ", so the signal cannot be why: it ended by itself.",
                    Optional.of(
                            first.cure() + " If it always ends by itself, begin longer work before it is stopped.")));
        }
        // One that catches it, and does not block it, takes it when it is scheduled next, which no look need see.
        boolean mayNotHaveTakenIt =
                seen.pending() && (seen.first().blocks() || !seen.first().catches());
        if (mayNotHaveTakenIt && exit.exitCode() != signal.exitCode()) {
            return Optional.of(
                    new Verdict(
                            Cause.NOT_BY_SIGNAL,
                            ended + "it blocks " + signal
                                    + ", and had not taken it yet when it was last looked, at most 10 ms before.",
                            Optional.of(
                                    "It may have ended by itself. Take the signal, by sigwait or signalfd, as soon as it comes.")));
        }
        return Optional.empty();
    }

    /** What was expected, and cannot be known. */
    private Optional<Verdict> unknown(Shutdown shutdown, ExitStatus exit) {
        if ((alone || new FirstProcess(seen.first()).isPackageRunner())
                && shutdown.behind().isEmpty()) {
            return Optional.of(new Verdict(
                    Cause.END_NOT_KNOWN,
                    target + " ended well, but whether it left a process behind is not known.",
                    Optional.of("This kernel does not report how other processes ended; Linux does from 6.15 on.")));
        }
        long resets = shutdown.resets() + shutdown.unaccepted();
        if (seen.shared() && resets > 0) {
            return Optional.of(
                    new Verdict(
                            Cause.END_NOT_KNOWN,
                            target + " ended well, but " + count(resets, "connection")
                                    + " were reset meanwhile in the network that it "
                                    + "shares with others, and the kernel does not say by which.",
                            Optional.of(
                                    "Let nobody else in that network close connections meanwhile, or give it a network of its own.")));
        }
        if (lastLogLine.isPresent() && exit.lastLines().isEmpty()) {
            return Optional.of(new Verdict(
                    Cause.END_NOT_KNOWN,
                    target + " ended well, but its last line is not known: nothing can be read of its log.",
                    Optional.of(
                            "Use a log driver that Docker can read, as json-file or local, and no --rm; or expect no "
                                    + "last line.")));
        }
        return shutdown.work().stream()
                .filter(tally -> tally.underWay() == 0)
                .findFirst()
                .map(tally -> new Verdict(
                        Cause.NOTHING_TO_FINISH,
                        (tally.isCondition()
                                        ? '"' + tally.what() + "\" was true already when "
                                        : "none of the " + tally.what() + " was under way when ")
                                + target + " was stopped, so nothing had to be finished.",
                        Optional.of("Give it slower work, or more at a time.")));
    }

    private String held(Shutdown shutdown, ExitStatus exit) {
        return target + " ended " + seconds(shutdown.took().orElseThrow()) + " after " + signal + " (bound "
                + seconds(bound) + ") with exit code " + exit.exitCode() + ", and reset no connection"
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

    private List<String> problems(Shutdown shutdown, ExitStatus exit) {
        List<String> problems = new ArrayList<>();
        if (!exitCodes.contains(exit.exitCode())) {
            problems.add("Its exit code was " + exit.exitCode() + ", and not "
                    + exitCodes.stream().map(String::valueOf).collect(Collectors.joining(" or ")) + whyThatCode(exit)
                    + ".");
        } else {
            endedBySignalAlone(exit).ifPresent(problems::add);
        }
        if (shutdown.resets() > 0 && !seen.shared()) {
            problems.add("It reset " + count(shutdown.resets(), "connection")
                    + ": it closed what it had not read to the end, or left while requests were under way. Stop "
                    + "accepting, finish what has begun, and close then.");
        }
        if (shutdown.unaccepted() > 0 && !seen.shared()) {
            problems.add("It reset " + count(shutdown.unaccepted(), "connection") + " that it had not accepted: "
                    + (shutdown.unaccepted() == 1 ? "its client was" : "their clients were")
                    + " connected already, in the accept queue of a listening socket, which the kernel resets when that is "
                    + "closed. Accept and answer what waits there before closing it, and have new requests sent elsewhere "
                    + "first.");
        }
        shutdown.work().stream()
                .filter(tally -> tally.finished() < tally.underWay())
                .forEach(tally -> problems.add(unfinished(tally)));
        leftBehind(shutdown).ifPresent(problems::add);
        lastLogLine
                .filter(text -> exit.lastLines()
                        .filter(lines -> lines.lines().noneMatch(line -> line.contains(text)))
                        .isPresent())
                .ifPresent(text -> problems.add("Its log does not end with \"" + text + "\", but with \""
                        + exit.lastLines().orElse("").lines().reduce("", (former, last) -> last)
                        + "\": is its output flushed before it leaves?"));
        return problems;
    }

    /** A code that is right by its number alone, for the signal's default action is no shutdown. */
    private Optional<String> endedBySignalAlone(ExitStatus exit) {
        if (exit.exitCode() != signal.exitCode() || !exitCodes.contains(0)) {
            return Optional.empty();
        }
        String ifRight = " If that is right, expect exitCode(" + exit.exitCode() + ") alone.";
        if (!seen.handled()) {
            return Optional.of(
                    "It does not handle " + signal + ", which ended it at once, so that nothing was finished. Handle "
                            + "it in the program." + ifRight);
        }
        FirstProcess first = new FirstProcess(seen.first());
        return Optional.of(seen.felled())
                .filter(felled -> first.isInit() && !felled.isEmpty())
                .map(felled -> "Its PID 1 passed " + signal + " on to " + String.join(", ", felled)
                        + ", which does not handle it and was ended at once, so that nothing was finished. Handle it in the "
                        + "program." + ifRight);
    }

    private Optional<String> leftBehind(Shutdown shutdown) {
        FirstProcess first = new FirstProcess(seen.first());
        return shutdown.behind()
                .filter(names -> !names.isEmpty() && (alone || first.isPackageRunner()))
                .map(names -> "It left processes behind, which had not ended by themselves: " + String.join(", ", names)
                        + ". "
                        + (first.isPackageRunner()
                                ? "Its PID 1 is \"" + first.command() + "\". " + first.cure()
                                : "Pass the signal on to children, and wait for them before the first process ends."));
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

    private String whyThatCode(ExitStatus exit) {
        FirstProcess first = new FirstProcess(seen.first());
        if (exit.oomKilled()) {
            return ": the kernel killed it for want of memory";
        }
        if (exit.exitCode() == KILLED) {
            return ": somebody killed it with SIGKILL";
        }
        if (first.isPackageRunner()) {
            return ": its PID 1 is \"" + first.command() + "\". " + first.cure().replaceFirst("\\.$", "");
        }
        if (exit.exitCode() == signal.exitCode()) {
            return seen.handled()
                    ? ": so a JVM ends after its shutdown hooks; if that is right, expect it by exitCode("
                            + exit.exitCode() + ")"
                    : ": it did not catch " + signal + ", which ended it at once";
        }
        return seen.handled()
                ? ""
                : "; its first process, \"" + first.command() + "\", does not handle " + signal
                        + ", so it ended by itself";
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }
}
