package io.faultline.verify;

import io.faultline.observe.FailureClass;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * GET requests, a few at any time, from before a container is told to stop until it has ended. Those that had begun before the
 * signal are expected to be answered to the end, with a status below 400. For one use.
 */
public final class HttpLoad extends Work {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(10);
    private static final Duration LATE = Duration.ofSeconds(1); // for what was on the wire when the container ended
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final String FINISHED = "";

    private final URI uri;
    private final int atATime;
    private final List<Thread> clients = new ArrayList<>();
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> warm = new CompletableFuture<>();
    private volatile String lastFailure = "none was answered";
    private volatile boolean over;
    private OptionalLong signalledNanos = OptionalLong.empty();

    private HttpLoad(URI uri, int atATime) {
        if (atATime < 1) {
            throw new IllegalArgumentException(
                    "atATime(" + atATime + "): at least one request at a time makes a load.");
        }
        this.uri = uri;
        this.atATime = atATime;
    }

    /** Four requests at any time. */
    public static HttpLoad on(URI uri) {
        return new HttpLoad(uri, 4);
    }

    /** As many requests at any time: each of so many clients sends its next one when the last was answered. */
    public HttpLoad atATime(int requests) {
        return new HttpLoad(uri, requests);
    }

    @Override
    void begin() throws InterruptedException {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int i = 0; i < atATime; i++) {
            Thread thread = new Thread(() -> sendUntilOver(client), "faultline-load-" + i);
            thread.setDaemon(true);
            clients.add(thread);
            thread.start();
        }
        try {
            warm.get(WARM_UP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            stop();
            throw new InconclusiveError("No request to " + uri + " was answered well within "
                    + WARM_UP_LIMIT.toSeconds() + " s, before anything was told to stop: " + lastFailure
                    + ". Does the service listen there?");
        } catch (InterruptedException e) {
            stop();
            throw e;
        }
    }

    private void sendUntilOver(HttpClient client) {
        while (!over) {
            Request request = new Request(System.nanoTime());
            requests.add(request);
            try {
                String fate = send(client);
                request.ended(fate);
                if (fate.equals(FINISHED)) {
                    warm.complete(null);
                } else {
                    lastFailure = fate;
                    TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private String send(HttpClient client) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(ANSWER_LIMIT).build();
        try {
            int status = client.send(request, BodyHandlers.discarding()).statusCode();
            return status < 400 ? FINISHED : "status " + status;
        } catch (IOException e) {
            return FailureClass.of(e).name();
        }
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
        Looking.until(over -> over, () -> underWay.stream().allMatch(Request::hasEnded), LATE);
        List<String> failures = underWay.stream()
                .map(Request::fate)
                .filter(fate -> !fate.equals(FINISHED))
                .sorted()
                .toList();
        stop();
        return Tally.of("requests to " + uri, underWay.size(), underWay.size() - failures.size(), failures);
    }

    private void stop() {
        over = true;
        clients.forEach(Thread::interrupt);
    }

    /** One request, from its beginning. */
    private static final class Request {

        private final long begunNanos;
        private final CompletableFuture<Long> endedNanos = new CompletableFuture<>();
        private volatile String fate = "not answered";

        Request(long begunNanos) {
            this.begunNanos = begunNanos;
        }

        void ended(String how) {
            fate = how;
            endedNanos.complete(System.nanoTime());
        }

        boolean hasEnded() {
            return endedNanos.isDone();
        }

        String fate() {
            return fate;
        }

        boolean wasUnderWayAt(OptionalLong nanos) {
            return nanos.isPresent()
                    && begunNanos - nanos.getAsLong() < 0
                    && (!hasEnded() || endedNanos.join() - nanos.getAsLong() > 0);
        }
    }
}
