package io.faultline.reference;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves over HTTP what a client does: /work, /health, and /ping, which needs nobody. */
final class Service {

    private static final int PORT = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
    private static final int LONGEST_WORK_SECONDS = 5;

    private final Client client;
    private final Output output;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final AtomicInteger count = new AtomicInteger();

    Service(Client client, Output output) throws IOException {
        this.client = client;
        this.output = output;
        server = HttpServer.create(new InetSocketAddress(PORT), 0);
        server.setExecutor(threads);
        server.createContext("/work", exchange -> reply(exchange, work(exchange)));
        server.createContext("/health", exchange -> reply(exchange, health()));
        server.createContext("/ping", exchange -> reply(exchange, Answer.DONE));
    }

    /** Serves from now on, until the program is told to stop. */
    void start() {
        if (!Naive.SIGTERM) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        }
        server.start();
        output.say("ready");
    }

    private Answer work(HttpExchange exchange) {
        String query = Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), "");
        Unit unit = Unit.of(query, "unit-" + count.incrementAndGet());
        Answer answer = work(unit);
        output.say(answer.body() + ": " + unit.name());
        return answer;
    }

    private Answer work(Unit unit) {
        try {
            return client.work(unit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.unavailable("interrupted");
        } catch (Exception e) {
            return Answer.unavailable(e.toString());
        }
    }

    private Answer health() {
        return client.isWell() ? new Answer(200, "well") : Answer.unavailable("not connected");
    }

    private static void reply(HttpExchange exchange, Answer answer) throws IOException {
        try (exchange) {
            byte[] body = (answer.body() + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Finishes what has begun. */
    private void stop() {
        threads.shutdown();
        try {
            threads.awaitTermination(LONGEST_WORK_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
        client.close();
        output.say("bye");
        output.flush();
    }
}
