package io.faultline.scenario.probe;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.faultline.observe.Observation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.ContainerState;

/**
 * Lines that Docker has kept of a container's output, each with the time at which the daemon read it.
 *
 * @param lastTime up to where it was read; what it was read from if it has no line
 */
record ContainerLog(List<Line> lines, String lastTime) {

    /** @param time in UTC, always with nine digits of a second's fraction, so that order as text is order in time */
    record Line(String time, String text) {}

    private static final Duration LIMIT = Duration.ofSeconds(5);

    // stdout's and stderr's lines can be kept a little out of order, so each look begins before the last one's end.
    private static final Duration OVERLAP = Duration.ofSeconds(2);

    private static final Pattern TIMED =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z) ?(.*)", Pattern.DOTALL);

    /**
     * When its last line was written; empty if there is none.
     *
     * @throws ProbeException if Docker does not tell
     */
    static String lastTime(ContainerState container) throws InterruptedException {
        List<String> time = new ArrayList<>();
        Observation seen = ProbeExecution.within(LIMIT, look -> {
            time.add(read(command(container).withTail(1), "", look).lastTime());
            return ProbeResult.ok("read");
        });
        if (!seen.ok()) {
            throw new ProbeException(
                    "Cannot read the log of the container " + container.getContainerId() + ": " + seen.detail()
                            + ". A log probe needs a log driver that can be read, as json-file, local or journald.");
        }
        return time.get(0);
    }

    /** What was written since then, and a little before. */
    static ContainerLog since(String time, ContainerState container, ProbeExecution look) throws IOException {
        LogContainerCmd command = command(container).withTailAll();
        if (!time.isEmpty()) {
            command = command.withSince(
                    Math.toIntExact(Instant.parse(time).minus(OVERLAP).getEpochSecond()));
        }
        return read(command, time, look);
    }

    private static LogContainerCmd command(ContainerState container) {
        return container
                .getDockerClient()
                .logContainerCmd(container.getContainerId())
                .withStdOut(true)
                .withStdErr(true)
                .withTimestamps(true);
    }

    private static ContainerLog read(LogContainerCmd command, String from, ProbeExecution look) throws IOException {
        Reader reader = look.closing(new Reader());
        try {
            command.exec(reader).awaitCompletion();
        } catch (InterruptedException e) {
            throw new IOException("the look is over", e);
        }
        List<Line> lines = reader.lines();
        return new ContainerLog(
                lines,
                lines.stream().map(Line::time).reduce(from, (one, other) -> one.compareTo(other) < 0 ? other : one));
    }

    /** The first line after that time that is looked for. */
    Optional<String> firstLater(String time, Predicate<String> wanted) {
        return lines.stream()
                .filter(line -> line.time().compareTo(time) > 0)
                .map(Line::text)
                .filter(wanted)
                .findFirst();
    }

    /** Puts frames together to lines: Docker tells a long line in several, each with a time of its own. */
    static final class Reader extends ResultCallback.Adapter<Frame> {

        private final Map<StreamType, ByteArrayOutputStream> begun = new EnumMap<>(StreamType.class);
        private final List<Line> lines = new ArrayList<>();

        @Override
        public synchronized void onNext(Frame frame) {
            StreamType stream = frame.getStreamType();
            ByteArrayOutputStream buffer = begun.computeIfAbsent(stream, any -> new ByteArrayOutputStream());
            byte[] bytes = frame.getPayload();
            if (stream != StreamType.RAW && buffer.size() > 0) {
                bytes = withoutTime(bytes);
            }
            for (byte each : bytes) {
                if (each == '\n') {
                    finish(buffer);
                } else {
                    buffer.write(each);
                }
            }
        }

        private static byte[] withoutTime(byte[] bytes) {
            Matcher timed = TIMED.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
            return timed.matches() ? timed.group(2).getBytes(StandardCharsets.ISO_8859_1) : bytes;
        }

        private void finish(ByteArrayOutputStream buffer) {
            Matcher timed = TIMED.matcher(buffer.toString(StandardCharsets.UTF_8));
            buffer.reset();
            if (timed.matches()) {
                lines.add(new Line(timed.group(1), timed.group(2).stripTrailing()));
            }
        }

        /** What was read by now; a last line may not have ended yet. */
        synchronized List<Line> lines() {
            begun.values().stream().filter(buffer -> buffer.size() > 0).forEach(this::finish);
            return List.copyOf(lines);
        }
    }
}
