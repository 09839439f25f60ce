package io.faultline.scenario.probe;

import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whether a file or directory is in a running container, seen by the container's own shell: Docker itself does not see into
 * a tmpfs.
 *
 * @param role in whose container
 * @param path absolute
 * @param contains text that a line of the file has to contain
 */
public record FileProbe(String role, String path, Optional<String> contains) implements Probe {

    // Exit codes that no program of these uses.
    private static final int NOT_THERE = 43;
    private static final int WITHOUT_TEXT = 44;
    private static final String SCRIPT = "[ -e \"$1\" ] || exit " + NOT_THERE
            + "; [ -z \"$2\" ] || grep -qF -e \"$2\" -- \"$1\" || { [ $? = 1 ] && exit " + WITHOUT_TEXT + "; exit 2; }";

    /** @throws IllegalArgumentException if the path is not absolute, or the text is empty or has several lines */
    public FileProbe {
        Text.required(role, "a role");
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "A file probe needs an absolute path, as /data/done, but it was \"" + path + "\".");
        }
        if (contains.filter(text -> text.isEmpty() || text.contains("\n")).isPresent()) {
            throw new IllegalArgumentException(
                    "A file probe looks for text on one line. Give it such a text, or none.");
        }
    }

    @Override
    public Observation look(RunningSystem system, Duration within) throws InterruptedException {
        List<String> command = List.of("sh", "-c", SCRIPT, "sh", path, contains.orElse(""));
        return ProbeExecution.within(within, look -> judged(Execution.of(command, system.container(role), look)));
    }

    private ProbeResult judged(Execution ended) {
        return switch ((int) ended.exitCode()) {
            case 0 -> ProbeResult.ok(path + (contains.isPresent() ? " contains the text" : " is there"));
            case NOT_THERE -> ProbeResult.notOk(path + " is not there");
            case WITHOUT_TEXT -> ProbeResult.notOk(path + " does not contain \"" + contains.orElse("") + "\"");
            default -> new ProbeResult(false, path + " could not be looked at", Text.excerpt(ended.output()));
        };
    }
}
