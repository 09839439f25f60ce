package io.faultline.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.observe.Client;
import io.faultline.observe.ClientActivity.Event;
import io.faultline.observe.ClientActivity.What;
import io.faultline.observe.SocketTable;
import io.faultline.observe.TcpSocket.State;
import io.faultline.world.FakeClient;
import io.faultline.world.Sockets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class SocketSamplerTest {

    private final BlockingQueue<SocketTable> answers = new LinkedBlockingQueue<>();
    private final Client client = new Client("the client", Optional.empty(), Optional.of(this::answer));

    private volatile long askedNanos;

    private SocketTable answer() {
        askedNanos = System.nanoTime();
        try {
            return answers.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the kernel listed in time can be at hand late: the agent or this JVM had no turn meanwhile. */
    @Test
    void takesWhatItSeesForSeenWhenTheKernelListedIt() {
        try (SocketSampler sampler = SocketSampler.start(client)) {
            sampler.follow(socket -> true);
            await().until(() -> askedNanos != 0);
            SocketTable listed =
                    Sockets.seen(askedNanos, Sockets.sent(5).since(Duration.ofMillis(200), Duration.ofMinutes(1)));
            await().pollDelay(Duration.ofMillis(250)).until(() -> true);
            long asked = askedNanos;
            answers.add(listed);

            await().until(() -> waiting(sampler).isPresent());
            assertThat(Duration.ofNanos(asked - waiting(sampler).orElseThrow().afterNanos()))
                    .as("how long it has certainly waited when the kernel was asked")
                    .isGreaterThan(Duration.ofMillis(50));
        } finally {
            answers.add(Sockets.seen(0)); // lets the thread go
        }
    }

    @Test
    void seesWhetherTheClientHasClosedAConnection() throws InterruptedException {
        FakeClient closes = new FakeClient(Sockets.sent(5));
        try (SocketSampler sampler = SocketSampler.start(closes.client())) {
            sampler.follow(socket -> true);
            long began = System.nanoTime();
            assertThat(sampler.seesNoEndSince(began)).isTrue();

            closes.has(Sockets.sent(5).state(State.FIN_WAIT1));
            assertThat(sampler.seesNoEndSince(began)).isFalse();
            assertThat(sampler.seesNoEndSince(System.nanoTime())).isTrue();
        }
    }

    private static Optional<Event> waiting(SocketSampler sampler) {
        return sampler.activity().first(event -> event.what() == What.WAITING);
    }
}
