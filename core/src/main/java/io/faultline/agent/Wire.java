package io.faultline.agent;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Requests and answers over one channel, one JSON object a line. Thread-safe. A daemon thread reads until the channel
 * ends; every request that is then still open fails with what the channel knows about its end.
 */
public final class Wire {

    /** The agent bounds each tool at 10 s and needs milliseconds; this only bounds a connection that has gone dead. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    /** How long after it could not be written to a channel may still be read from. */
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final Gson gson = new Gson();
    private final AgentChannel channel;
    private final String who;
    private final String afterwards;
    private final AtomicLong lastId;
    private final Map<Long, CompletableFuture<JsonObject>> waiting;
    private final CompletableFuture<JsonObject> greeting = new CompletableFuture<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Consumer<JsonObject> events;
    private volatile boolean isContinued;
    private volatile Optional<Exception> unreadable = Optional.empty();

    /**
     * @param who what is at the other end, for errors: {@code agent}
     * @param afterwards what becomes of what it had open once it is gone, for errors: a sentence
     * @param events gets what it says unasked
     */
    public Wire(AgentChannel channel, String who, String afterwards, Consumer<JsonObject> events) {
        this.channel = channel;
        this.who = who;
        this.afterwards = afterwards;
        this.events = events;
        this.lastId = new AtomicLong();
        this.waiting = new ConcurrentHashMap<>();
    }

    private Wire(AgentChannel channel, Wire before) {
        this.channel = channel;
        this.who = before.who;
        this.afterwards = before.afterwards;
        this.events = before.events;
        this.lastId = before.lastId;
        this.waiting = before.waiting;
    }

    /**
     * Another way to the same. What was asked by this one can be answered by the other, too: so what is under way then fails
     * with the end of the other, which may bring an answer yet.
     */
    Wire by(AgentChannel other) {
        isContinued = true;
        return new Wire(other, this);
    }

    /** Begins to read. */
    public void start() {
        Thread reader = new Thread(this::readAll, "faultline-" + who + "-reader");
        reader.setDaemon(true);
        reader.start();
    }

    JsonObject greeting(Duration limit) {
        return await(greeting, limit, "greet");
    }

    /** Completes when the channel has ended, for whatever reason. */
    public CompletableFuture<Void> end() {
        return end;
    }

    /**
     * Sends a request and waits for its answer. Not interruptible: an answer that is not waited for would leave it open
     * whether a change was made. The thread's interrupt status is kept.
     */
    public <T> T ask(String verb, Map<String, ?> arguments, Class<T> answerType) {
        return answer(send(verb, arguments), verb, answerType);
    }

    /** Sends a request without arguments. Who wants its answer, once or more often, waits for it as {@link #ask} does. */
    <T> Supplier<T> askAhead(String verb, Class<T> answerType) {
        CompletableFuture<JsonObject> asked = send(verb, Map.of());
        return () -> answer(asked, verb, answerType);
    }

    private <T> T answer(CompletableFuture<JsonObject> asked, String verb, Class<T> answerType) {
        JsonObject answer = await(asked, ANSWER_LIMIT, verb);
        if (!answer.get("ok").getAsBoolean()) {
            String refusal = "The " + who + " refused to " + verb + ": "
                    + answer.get("error").getAsString();
            throw answer.has("outdated") ? new OutdatedException(refusal) : new AgentException(refusal);
        }
        return gson.fromJson(answer, answerType);
    }

    /** Sends a request whose answer nobody waits for. */
    public CompletableFuture<JsonObject> send(String verb, Map<String, ?> arguments) {
        long id = lastId.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        JsonObject request = gson.toJsonTree(arguments).getAsJsonObject();
        request.addProperty("id", id);
        request.addProperty("verb", verb);
        try {
            OutputStream out = channel.toAgent();
            synchronized (out) {
                out.write((gson.toJson(request) + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException e) { // mostly of an agent that has ended, which the reader finds out in a moment
            end.copy()
                    .completeOnTimeout(null, END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .thenRun(() -> answer.completeExceptionally(end.isDone() ? gone() : e));
        }
        if (end.isDone()) {
            answer.completeExceptionally(gone());
        }
        return answer;
    }

    private void readAll() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(channel.fromAgent(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                receive(JsonParser.parseString(line).getAsJsonObject());
            }
        } catch (IOException | RuntimeException e) {
            unreadable = Optional.of(e);
        } finally {
            // Whatever ended the reading: the agent must learn of it, or it would keep faults open until its lease
            // ends.
            try {
                channel.close();
            } catch (IOException e) {
                unreadable = unreadable.or(() -> Optional.of(e));
            }
            end.complete(null);
            greeting.completeExceptionally(gone());
            if (!isContinued) {
                waiting.values().forEach(answer -> answer.completeExceptionally(gone()));
            }
        }
    }

    private void receive(JsonObject message) {
        if (message.has("faultline")) {
            greeting.complete(message);
        } else if (message.has("event")) {
            events.accept(message);
        } else if (message.has("id") && !message.get("id").isJsonNull()) {
            CompletableFuture<JsonObject> answer =
                    waiting.remove(message.get("id").getAsLong());
            if (answer != null) {
                answer.complete(message);
            }
        }
    }

    private AgentException gone() {
        String lastWords = channel.lastWords();
        return new AgentException("The " + who + " is gone"
                + (lastWords.isBlank() ? "." : ". Its last words: " + lastWords)
                + unreadable
                        .map(why -> " What it sent could not be read: " + why + ".")
                        .orElse("")
                + " " + afterwards);
    }

    private JsonObject await(CompletableFuture<JsonObject> answer, Duration limit, String what) {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            Throwable why = Objects.requireNonNullElse(e.getCause(), e);
            if (why instanceof AgentException known) {
                throw new AgentException(String.valueOf(known.getMessage()), e);
            }
            throw new AgentException("The " + who + " could not be asked to " + what + ": " + why, why);
        } catch (TimeoutException e) {
            throw new AgentException(
                    "The " + who + " did not " + what + " within " + limit.toSeconds() + " s. " + channel.lastWords(),
                    e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
