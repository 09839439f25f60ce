package io.faultline.scenario.java;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** An HTTP service: POST /NAME/MILLIS does a unit of work, and Redis knows how far it is. */
public final class Service {

    private static final int PORT = 8080;
    private static final int THREADS = 8;
    private static final int LONGEST_WORK_SECONDS = 5;
    private static final int NO_BODY = -1;

    private final Output output = new Output();
    private final Store store = new Store(System.getenv("REDIS"));
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final HttpServer server;

    private Service() throws IOException {
        server = HttpServer.create(new InetSocketAddress(PORT), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
    }

    /** Serves until it is told to stop. */
    public static void main(String[] args) throws IOException {
        Service service = new Service();
        if (!Naive.SIGTERM) {
            Runtime.getRuntime().addShutdownHook(new Thread(service::stop, "stop"));
        }
        service.server.start();
        service.output.say("ready");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] path = exchange.getRequestURI().getPath().substring(1).split("/", 2);
            exchange.sendResponseHeaders(work(path[0], Long.parseLong(path[1])), NO_BODY);
        }
    }

    private int work(String name, long millis) {
        try {
            store.set(name, "begun");
            TimeUnit.MILLISECONDS.sleep(millis);
            store.set(name, "done");
            output.say("done: " + name);
            return 200;
        } catch (IOException e) {
            output.say("Redis does not answer: " + e.getMessage());
            return 503;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 503;
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
        output.say("bye");
        output.flush();
    }
}
