package io.faultline.scenario.probe;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.faultline.observe.Observation;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One look, in a thread of its own that nobody waits for longer than the look may take: not everything that it calls can
 * be bounded or interrupted. At its end, all that it has opened is closed.
 */
final class ProbeExecution {

    /** What is done to see something. What it throws by the system's state means that nothing good was seen. */
    @FunctionalInterface
    interface Body {
        ProbeResult see(ProbeExecution look) throws Exception;
    }

    private final Duration within;
    private final long began = System.nanoTime();
    private final List<AutoCloseable> open = new ArrayList<>();
    private boolean over;

    private ProbeExecution(Duration within) {
        this.within = within;
    }

    static Observation within(Duration within, Body body) throws InterruptedException {
        if (within.isNegative() || within.isZero()) {
            throw new IllegalArgumentException(
                    "A look needs some time, but it was given " + within.toMillis() + " ms.");
        }
        ProbeExecution look = new ProbeExecution(within);
        FutureTask<ProbeResult> task = new FutureTask<>(() -> body.see(look));
        Thread thread = new Thread(task, "faultline-probe");
        thread.setDaemon(true);
        thread.start();
        try {
            return look.observed(task.get(within.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return look.silence();
        } catch (ExecutionException e) {
            return look.failed(e.getCause() == null ? e : e.getCause());
        } finally {
            look.end();
            task.cancel(true);
        }
    }

    /** Closes it when the look is over, which ends what still waits for it. */
    <T extends AutoCloseable> T closing(T resource) throws IOException {
        synchronized (open) {
            if (!over) {
                open.add(resource);
                return resource;
            }
        }
        close(resource);
        throw new InterruptedIOException("the look is over");
    }

    /** What is left of its time, at least a millisecond. */
    Duration left() {
        Duration left = within.minusNanos(System.nanoTime() - began);
        return left.toMillis() < 1 ? Duration.ofMillis(1) : left;
    }

    private Observation observed(ProbeResult seen) {
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        String more = seen.more().isEmpty() ? "" : ": " + seen.more();
        return new Observation(seen.ok(), seen.what() + " after " + Text.of(took) + more, took);
    }

    private Observation silence() {
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        return new Observation(false, "no answer within " + Text.of(within), took);
    }

    private Observation failed(Throwable thrown) {
        // docker-java has its IOExceptions in plain RuntimeExceptions.
        Throwable cause = thrown.getCause();
        Throwable failure = cause != null && thrown.getClass() == RuntimeException.class ? cause : thrown;
        if (failure instanceof ProbeException || failure instanceof IllegalArgumentException) {
            throw (RuntimeException) failure;
        }
        if (failure instanceof SocketTimeoutException || failure instanceof InterruptedException) {
            return silence();
        }
        boolean isOfTheSystem = failure instanceof IOException
                || failure instanceof UncheckedIOException
                || failure instanceof IllegalStateException
                || failure instanceof DockerException;
        if (!isOfTheSystem) {
            throw new ProbeException("A probe failed by a defect: " + failure, failure);
        }
        return observed(ProbeResult.notOk(inWords(failure)));
    }

    private static String inWords(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof ConnectException && message.contains("refused")) {
            return "connection refused";
        }
        if (failure instanceof ConnectException || failure instanceof NoRouteToHostException) {
            return "cannot connect (" + Text.excerpt(message) + ")";
        }
        if (failure instanceof UnknownHostException) {
            return "unknown host " + message;
        }
        if (failure instanceof EOFException) {
            return "connection closed before the answer had ended";
        }
        if (failure instanceof NotFoundException) {
            return "the container is not there any more";
        }
        return message.toLowerCase(Locale.ROOT).contains("reset") ? "connection reset" : Text.excerpt(message);
    }

    private void end() {
        List<AutoCloseable> left;
        synchronized (open) {
            over = true;
            left = List.copyOf(open);
            open.clear();
        }
        left.forEach(ProbeExecution::close);
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            return; // what was seen is seen; it only had to let go of the connection
        }
    }
}
