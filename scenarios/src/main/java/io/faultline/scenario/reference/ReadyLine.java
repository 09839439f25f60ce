package io.faultline.scenario.reference;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/** Waits until a container logs a line. Unlike Testcontainers' own, it waits no longer where the container has ended. */
final class ReadyLine extends AbstractWaitStrategy {

    /** A broker that starts in 5 s alone takes more than a minute beside others on two busy cores. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int LAST_LINES = 5;

    private final Pattern line;

    ReadyLine(String line) {
        this.line = Pattern.compile(line);
        this.startupTimeout = LIMIT;
    }

    @Override
    protected void waitUntilReady() {
        long giveUp = System.nanoTime() + startupTimeout.toNanos();
        while (true) {
            boolean running = waitStrategyTarget.isRunning(); // before the look at what it logged until then
            String log = waitStrategyTarget.getLogs();
            if (log.lines().anyMatch(each -> line.matcher(each).matches())) {
                return;
            }
            if (!running) {
                throw new ContainerLaunchException("It ended before it was ready. " + lastLines(log));
            }
            if (System.nanoTime() - giveUp > 0) {
                throw new ContainerLaunchException(
                        "It was not ready within " + startupTimeout.toSeconds() + " s. " + lastLines(log));
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new ContainerLaunchException("Interrupted while it started.");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static String lastLines(String log) {
        List<String> lines = log.lines().toList();
        return lines.isEmpty()
                ? "It logged nothing."
                : "It logged at last: "
                        + lines.stream()
                                .skip(Math.max(0, lines.size() - LAST_LINES))
                                .map(String::strip)
                                .collect(Collectors.joining(" / ", "\"", "\"."));
    }
}
