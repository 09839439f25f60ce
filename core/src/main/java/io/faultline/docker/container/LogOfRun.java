package io.faultline.docker.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.Frame;
import io.faultline.observe.ContainerRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a container has written in a run that has ended: not before it, and not after it was started again. It begins with its
 * first process, since Docker can stamp the first line before what it calls the start.
 */
final class LogOfRun {

    private static final int LAST_LINES = 20;
    private static final int MOST_LINES = 2000; // of which some can be the next run's
    private static final long LIMIT_SECONDS = 10;
    private static final Pattern STAMPED = Pattern.compile("(\\d{4}-\\S+Z) ?(.*)");

    private final DockerClient client;
    private final ContainerRun run;

    LogOfRun(DockerClient client, ContainerRun run) {
        this.client = client;
        this.run = run;
    }

    /** Empty if its log driver keeps nothing that could be read. */
    Optional<String> lastLines() {
        Optional<String> all = all();
        ContainerState state =
                client.inspectContainerCmd(run.containerId()).exec().getState(); // after reading: it may run again
        Instant started = instant(state.getStartedAt());
        Instant ended = instant(state.getFinishedAt());
        boolean runsAgain = started.isAfter(ended);
        // Its last lines may have come out a little later, and Docker waits a while before it starts it again.
        Instant to = runsAgain ? ended.plus(Duration.between(ended, started).dividedBy(2)) : Instant.MAX;
        // The clock may have been set since its first process was started.
        Instant from = started.isBefore(run.began()) ? started : run.began();
        return all.map(text -> within(text, from, to));
    }

    private static String within(String text, Instant from, Instant to) {
        Deque<String> lines = new ArrayDeque<>();
        text.lines().forEach(line -> {
            Matcher matcher = STAMPED.matcher(line);
            boolean isStamped = matcher.matches();
            Instant at = isStamped ? instant(matcher.group(1)) : from;
            if (!at.isBefore(from) && !at.isAfter(to)) {
                lines.addLast(isStamped ? matcher.group(2) : line);
            }
            if (lines.size() > LAST_LINES) {
                lines.removeFirst();
            }
        });
        return String.join("\n", lines);
    }

    private static Instant instant(@Nullable String text) {
        try {
            return Instant.parse(String.valueOf(text));
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    private Optional<String> all() {
        StringBuilder lines = new StringBuilder();
        try (ResultCallback.Adapter<Frame> callback = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Frame frame) {
                lines.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
            }
        }) {
            client.logContainerCmd(run.containerId())
                    .withStdOut(true)
                    .withStdErr(true)
                    .withTimestamps(true)
                    .withTail(MOST_LINES)
                    .exec(callback)
                    .awaitCompletion(LIMIT_SECONDS, TimeUnit.SECONDS);
            return Optional.of(lines.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // a log driver that cannot be read
        }
    }
}
