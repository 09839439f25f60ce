package io.faultline.agent;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An agent that has said who it is, and the shortest way to it.
 *
 * @param ahead what it was asked before it was started; empty if it ran already
 */
record Greeted(
        AgentChannel channel, Wire wire, AgentClock clock, String kernel, Duration lease, Optional<Ahead> ahead) {

    private static final int PROTOCOL = 5;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** What is asked of an agent before it starts: it is its first work, while the engine and this JVM are still at its start. */
    record Ahead(Supplier<Answers.Features> features, Supplier<Answers.FoundList> found) {

        static Ahead by(Wire wire) {
            return new Ahead(
                    wire.askAhead("features", Answers.Features.class), wire.askAhead("find", Answers.FoundList.class));
        }
    }

    /**
     * Waits for the greeting. The channel is closed if there is none.
     *
     * @param start starts it; empty if it runs
     * @param events gets what it says unasked
     */
    static Greeted by(AgentChannel attached, Optional<Runnable> start, Consumer<JsonObject> events) {
        try {
            return meet(attached, start, events);
        } catch (RuntimeException e) {
            try {
                attached.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private static Greeted meet(AgentChannel attached, Optional<Runnable> start, Consumer<JsonObject> events) {
        Wire first = new Wire(
                attached,
                "agent",
                "What it had open, it healed on its way out, or the kernel ends it within 15 s.",
                events);
        first.start();
        Optional<Ahead> ahead = start.map(starting -> Ahead.by(first));
        start.ifPresent(Runnable::run);
        JsonObject greeting = first.greeting(LIMIT);
        int protocol = greeting.get("faultline").getAsInt();
        if (protocol != PROTOCOL) {
            throw new AgentException(
                    "The agent speaks protocol " + protocol + ", this library " + PROTOCOL
                            + ". The image that the property 'faultline.agent.image' names belongs to another version of Faultline.");
        }
        Optional<AgentChannel> pipes = NamedPipes.to(first, attached);
        Wire nearest = pipes.map(first::by).map(Greeted::started).orElse(first);
        return new Greeted(
                pipes.orElse(attached),
                nearest,
                AgentClock.of(nearest),
                greeting.get("kernel").getAsString(),
                Duration.ofMillis(greeting.get("lease_ms").getAsLong()),
                ahead);
    }

    private static Wire started(Wire wire) {
        wire.start();
        return wire;
    }
}
