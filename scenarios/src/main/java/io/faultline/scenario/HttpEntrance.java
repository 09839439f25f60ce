package io.faultline.scenario;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import redis.clients.jedis.HostAndPort;

/** Asks a service for work over HTTP, a request for each unit. */
final class HttpEntrance implements Entrance {

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final int PENDING = 0;
    private static final int FAILED = -1;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HostAndPort service;
    private final Ledger ledger;
    private Optional<Request> inquiry = Optional.empty();

    HttpEntrance(HostAndPort service, Ledger ledger) {
        this.service = service;
        this.ledger = ledger;
    }

    @Override
    public Work work(Duration takes) {
        return new Request(takes);
    }

    /** By 503, which is what a service says that lacks what it needs. */
    @Override
    public boolean hasToldOfSilence() {
        if (inquiry.isEmpty()) {
            Request asked = new Request(Duration.ZERO);
            asked.begin();
            inquiry = Optional.of(asked);
        }
        int status = inquiry.get().status();
        if (status != PENDING && status != UNAVAILABLE) {
            inquiry = Optional.empty(); // asked before the fault, it may be; ask again
        }
        return status == UNAVAILABLE;
    }

    private final class Request implements Work {

        private final String name = ledger.next();
        private final Duration takes;
        private CompletableFuture<Integer> status = new CompletableFuture<>();

        Request(Duration takes) {
            this.takes = takes;
        }

        @Override
        public void begin() {
            URI uri = URI.create("http://" + service + "/" + name + "/" + takes.toMillis());
            // A POST, which the client does not repeat by itself.
            HttpRequest post = HttpRequest.newBuilder(uri)
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            status = client.sendAsync(post, HttpResponse.BodyHandlers.discarding())
                    .handle((response, failure) -> response == null ? FAILED : response.statusCode());
        }

        int status() {
            return status.getNow(PENDING);
        }

        @Override
        public boolean isBegun() {
            return ledger.state(name).isPresent();
        }

        @Override
        public boolean isDone() {
            return status() == OK;
        }

        @Override
        public boolean isRefused() {
            return status() != PENDING && status() != OK;
        }
    }
}
