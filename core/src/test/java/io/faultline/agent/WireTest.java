package io.faultline.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.faultline.world.FakeAgent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two ways to one agent. */
@Timeout(20)
class WireTest {

    private final FakeAgent channel = new FakeAgent();
    private final FakeAgent pipes = new FakeAgent();
    private final Wire first = new Wire(channel, "agent", "It healed.", event -> {});
    private final Wire second = first.by(pipes);

    @BeforeEach
    void start() {
        first.start();
        second.start();
    }

    @Test
    void hasAnAnswerThatComesByTheOtherWay() {
        channel.on("features", request -> null);
        Supplier<JsonObject> asked = first.askAhead("features", JsonObject.class);
        JsonObject request = channel.requests("features").get(0);

        assertThat(second.ask("ping", Map.of(), Answers.Pong.class)).isNotNull();
        assertThat(pipes.requests("ping").get(0).get("id")).isNotEqualTo(request.get("id"));

        pipes.say(FakeAgent.ok(request, "late", 1).toString());
        assertThat(asked.get().get("late").getAsInt()).isEqualTo(1);
        assertThat(asked.get()).as("asked for again").isEqualTo(asked.get());
    }

    @Test
    void hasAnAnswerThatComesAfterItsOwnEnd() {
        pipes.on("bye", request -> null);
        CompletableFuture<JsonObject> goodbye = second.send("bye", Map.of());

        channel.die("");
        first.end().join();
        await().during(Duration.ofMillis(200)).until(() -> !goodbye.isDone());
        pipes.say(FakeAgent.ok(pipes.requests("bye").get(0)).toString());

        assertThat(goodbye.join().get("ok").getAsBoolean()).isTrue();
    }

    @Test
    void endsWithTheOtherWay() {
        channel.on("features", request -> null);
        Supplier<JsonObject> asked = first.askAhead("features", JsonObject.class);

        pipes.die("killed");

        assertThatThrownBy(asked::get)
                .isInstanceOf(AgentException.class)
                .hasMessage("The agent is gone. Its last words: killed It healed.");
        CompletableFuture<JsonObject> late = second.send("ping", Map.of());
        assertThat(late).isCompletedExceptionally();
    }
}
