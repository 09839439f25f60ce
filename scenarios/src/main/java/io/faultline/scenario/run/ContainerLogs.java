package io.faultline.scenario.run;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.scenario.RunningSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Puts what containers have written since a moment into the journal, by the engine's clock. */
final class ContainerLogs {

    private static final int MOST_LINES = 300;
    private static final int LONGEST_LINE = 500;
    private static final long PATIENCE_SECONDS = 5;

    private ContainerLogs() {}

    /** The last lines of each; of one whose log cannot be read only a note. */
    static void record(RunningSystem system, Journal journal) throws InterruptedException {
        for (String role : system.roles()) {
            try (Reading reading = new Reading(role, journal)) {
                var container = system.container(role);
                boolean complete = container
                        .getDockerClient()
                        .logContainerCmd(container.getContainerId())
                        .withStdOut(true)
                        .withStdErr(true)
                        .withTimestamps(true)
                        .withSince((int) journal.began().getEpochSecond())
                        .withTail(MOST_LINES)
                        .exec(reading)
                        .awaitCompletion(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (!complete) {
                    journal.record(Kind.NOTE, "the log of " + role + " could not be read to its end", Map.of());
                }
            } catch (RuntimeException | IOException e) {
                journal.record(Kind.NOTE, "the log of " + role + " could not be read: " + e.getMessage(), Map.of());
            }
        }
    }

    private static final class Reading extends ResultCallback.Adapter<Frame> {

        private final String role;
        private final Journal journal;
        private final StringBuilder part = new StringBuilder();

        Reading(String role, Journal journal) {
            this.role = role;
            this.journal = journal;
        }

        @Override
        public void onNext(Frame frame) {
            part.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
            for (int end = part.indexOf("\n"); end >= 0; end = part.indexOf("\n")) {
                line(part.substring(0, end));
                part.delete(0, end + 1);
            }
        }

        /** {@code 2026-11-23T12:00:00.123456789Z ready} */
        private void line(String line) {
            int space = line.indexOf(' ');
            if (space < 0) {
                return;
            }
            try {
                Instant at = Instant.parse(line.substring(0, space));
                String text = line.substring(space + 1).strip();
                long nanos =
                        System.nanoTime() - Duration.between(at, Instant.now()).toNanos();
                journal.record(
                        Kind.LOG,
                        nanos,
                        text.length() > LONGEST_LINE ? text.substring(0, LONGEST_LINE) + "…" : text,
                        Map.of("role", role));
            } catch (DateTimeParseException e) {
                return; // a part of a line, whose beginning was left out
            }
        }
    }
}
