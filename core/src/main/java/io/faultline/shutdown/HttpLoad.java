package io.faultline.shutdown;

import io.faultline.http.SingleAttemptClient;
import io.faultline.observe.BoundedWait;
import io.faultline.observe.FailureClass;
import io.faultline.verify.InconclusiveError;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * GET requests, a few at any time, from before a container is told to stop until it has ended. Those that had begun before the
 * signal are expected to be answered to the end, with a status below 400. Each is sent once: one that is lost stays lost, which a
 * client that repeats it by itself would hide. A connection is used as long as the service keeps it. For one use.
 */
public final class HttpLoad extends Work {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(10);
    private static final Duration LATE = Duration.ofSeconds(1); // for what was on the wire when the container ended
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final String FINISHED = "";

    private final URI uri;
    private final int atATime;
    private final Optional<SSLContext> tls;
    private final List<SingleAttemptClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> warm = new CompletableFuture<>();
    private volatile String lastFailure = "none was answered";
    private final CountDownLatch stopped = new CountDownLatch(1);
    private OptionalLong signalledNanos = OptionalLong.empty();

    private HttpLoad(URI uri, int atATime, Optional<SSLContext> tls) {
        if (atATime < 1) {
            throw new IllegalArgumentException(
                    "atATime(" + atATime + "): at least one request at a time makes a load.");
        }
        this.uri = uri;
        this.atATime = atATime;
        this.tls = tls;
    }

    /**
     * Four requests at any time.
     *
     * @throws IllegalArgumentException if it is no http or https URI with a host
     */
    public static HttpLoad on(URI uri) {
        SingleAttemptClient.of(uri, ANSWER_LIMIT).close(); // refuses what cannot be asked
        return new HttpLoad(uri, 4, Optional.empty());
    }

    /** As many requests at any time: each of so many clients sends its next one when the last was answered. */
    public HttpLoad atATime(int requests) {
        return new HttpLoad(uri, requests, tls);
    }

    /** Trusts what this context trusts, where the service's certificate is its own or its issuer is not known to the JVM. */
    public HttpLoad sslContext(SSLContext context) {
        return new HttpLoad(uri, atATime, Optional.of(context));
    }

    @Override
    void begin() throws InterruptedException {
        for (int i = 0; i < atATime; i++) {
            SingleAttemptClient client = SingleAttemptClient.of(uri, ANSWER_LIMIT);
            SingleAttemptClient trusting = tls.map(client::trusting).orElse(client);
            clients.add(trusting);
            Thread thread = new Thread(() -> sendUntilOver(trusting), "faultline-load-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        try {
            warm.get(WARM_UP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            String failure = lastFailure; // before the end of ours is one
            stop();
            throw new InconclusiveError("No request to " + uri + " was answered well within "
                    + WARM_UP_LIMIT.toSeconds() + " s, before anything was stopped: " + failure
                    + ". Does the service listen there?");
        } catch (InterruptedException e) {
            stop();
            throw e;
        }
    }

    private void sendUntilOver(SingleAttemptClient client) {
        while (stopped.getCount() > 0) {
            try {
                String result = send(client);
                if (result.equals(FINISHED)) {
                    warm.complete(null);
                } else {
                    lastFailure = result;
                    stopped.await(PAUSE.toNanos(), TimeUnit.NANOSECONDS);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** A request begins once it has a connection: one that is refused was never under way. */
    private String send(SingleAttemptClient client) {
        Optional<Request> request = Optional.empty();
        String result;
        try {
            client.connect();
            request = Optional.of(new Request(System.nanoTime()));
            requests.add(request.get());
            int status = client.send("GET", target(), Map.of()).status();
            result = status < 400 ? FINISHED : "status " + status;
        } catch (IOException e) {
            result = inWords(e);
        }
        String ended = result;
        request.ifPresent(sent -> sent.ended(ended));
        return result;
    }

    private String target() {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private static String inWords(IOException e) {
        FailureClass failure = FailureClass.of(e);
        return failure == FailureClass.OTHER ? String.valueOf(e.getMessage()) : failure.name();
    }

    @Override
    void signalled(long nanos) {
        signalledNanos = OptionalLong.of(nanos);
    }

    @Override
    Tally end() throws InterruptedException {
        List<Request> underWay = requests.stream()
                .filter(request -> request.wasUnderWayAt(signalledNanos))
                .toList();
        BoundedWait.until(ended -> ended, () -> underWay.stream().allMatch(Request::hasEnded), LATE);
        List<String> failures = underWay.stream()
                .map(Request::result)
                .filter(result -> !result.equals(FINISHED))
                .sorted()
                .toList();
        stop();
        return Tally.of("requests to " + uri, underWay.size(), underWay.size() - failures.size(), failures);
    }

    private void stop() {
        stopped.countDown();
        threads.forEach(Thread::interrupt);
        clients.forEach(SingleAttemptClient::close);
    }

    /** One request, from its beginning. */
    private static final class Request {

        private final long begunNanos;
        private final CompletableFuture<Long> endedNanos = new CompletableFuture<>();
        private volatile String result = "not answered";

        Request(long begunNanos) {
            this.begunNanos = begunNanos;
        }

        void ended(String how) {
            result = how;
            endedNanos.complete(System.nanoTime());
        }

        boolean hasEnded() {
            return endedNanos.isDone();
        }

        String result() {
            return result;
        }

        boolean wasUnderWayAt(OptionalLong nanos) {
            return nanos.isPresent()
                    && begunNanos - nanos.getAsLong() < 0
                    && (!hasEnded() || endedNanos.join() - nanos.getAsLong() > 0);
        }
    }
}
