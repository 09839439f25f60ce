package io.faultline.scenario.probe;

import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether a command that is run in the container ends as it should. It has to end by itself: one that outlasts the look
 * counts as failed, and goes on in the container.
 *
 * @param role in whose container
 * @param command a program and its arguments; no shell reads them
 * @param exitCode that is right
 * @param output text that it has to write, to stdout or stderr
 */
public record CommandProbe(String role, List<String> command, int exitCode, Optional<String> output)
        implements Exchange {

    /** @throws IllegalArgumentException if there is no command, or no program ends with this code */
    public CommandProbe {
        Text.required(role, "a role");
        command = List.copyOf(command);
        if (command.isEmpty() || command.get(0).isBlank()) {
            throw new IllegalArgumentException(
                    "A command probe needs a command, as [redis-cli, ping], but it was empty.");
        }
        if (exitCode < 0 || exitCode > 255) {
            throw new IllegalArgumentException(
                    "A command probe needs an exit code from 0 to 255, but it was " + exitCode + ".");
        }
    }

    /** A line that the container's shell reads, and that is to end with 0. */
    public static CommandProbe shell(String role, String line) {
        return new CommandProbe(role, List.of("sh", "-c", Text.required(line, "a command")), 0, Optional.empty());
    }

    @Override
    public Observation look(RunningSystem system, Duration within) throws InterruptedException {
        return ask(system, within).seen();
    }

    @Override
    public CommandProbe numbered(String number) {
        List<String> numbered =
                command.stream().map(word -> word.replace(NUMBER, number)).toList();
        return new CommandProbe(role, numbered, exitCode, output);
    }

    @Override
    public Reply ask(RunningSystem system, Duration within) throws InterruptedException {
        AtomicReference<Optional<Execution>> executed = new AtomicReference<>(Optional.empty());
        Observation seen = ProbeExecution.within(within, look -> {
            Execution ended = Execution.of(command, system.container(role), look);
            executed.set(Optional.of(ended));
            return judged(ended);
        });
        Optional<Execution> ended = executed.get();
        return new Reply(
                seen,
                ended.map(known -> OptionalInt.of((int) known.exitCode())).orElse(OptionalInt.empty()),
                ended.map(Execution::output).orElse(""));
    }

    private ProbeResult judged(Execution ended) {
        String what = "exit code " + ended.exitCode();
        boolean lacksText =
                output.filter(text -> !ended.output().contains(text)).isPresent();
        if (ended.exitCode() == exitCode && !lacksText) {
            return ProbeResult.ok(what);
        }
        String said = Text.excerpt(ended.output());
        return new ProbeResult(
                false,
                what,
                ended.exitCode() == exitCode
                        ? "\"" + output.get() + "\" is not in what it wrote, \"" + said + "\""
                        : said);
    }
}
