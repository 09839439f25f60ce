package io.faultline.agent;

import static io.faultline.world.FakeAgent.ok;
import static io.faultline.world.FakeAgent.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.faultline.effect.AgentAction;
import io.faultline.effect.Flow;
import io.faultline.effect.Flows;
import io.faultline.observe.SocketTable;
import io.faultline.observe.TcpSocket;
import io.faultline.observe.TcpSocket.Endpoint;
import io.faultline.observe.TcpSocket.Progress;
import io.faultline.observe.TcpSocket.State;
import io.faultline.observe.TcpSocket.Timer;
import io.faultline.observe.UdpSocket;
import io.faultline.topology.NetworkNamespace;
import io.faultline.world.FakeAgent;
import io.faultline.world.FakeEffect;
import io.faultline.world.Told;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class AgentTest {

    private static final NetworkNamespace WHERE = new NetworkNamespace(100, 1);
    private static final AgentAction ACTION = new FakeEffect.Order("fake");
    private static final Duration MAXIMUM = Duration.ofMinutes(5);

    private static final Path SOCKETS_GO = Path.of("../agent/socket/socket.go");
    private static final String LISTENING = """
            {"state": "LISTEN", "local": "::", "local_port": 80, "peer": "::", "peer_port": 0, "inode": 7,
             "receive_queue": 0, "send_queue": 0}""";

    private final FakeAgent fake = new FakeAgent();

    @Test
    void refusesAnAgentOfAnotherVersionAndEndsTheChannel() {
        fake.mute().say("{\"faultline\":1,\"kernel\":\"6.1\",\"lease_ms\":15000}");

        assertThatThrownBy(() -> Agent.greet(fake))
                .isInstanceOf(AgentException.class)
                .hasMessageContainingAll("protocol 1, this library 5", "faultline.agent.image");
        assertThat(fake.isClosed()).isTrue();
    }

    @Test
    void refusesAnAgentThatDiesBeforeItGreetsAndPassesOnItsLastWords() {
        fake.mute().die("exec /agent.py: no such file");

        assertThatThrownBy(() -> Agent.greet(fake))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("exec /agent.py: no such file");
        assertThat(fake.isClosed()).isTrue();
    }

    @Test
    void passesARefusalOnInTheAgentsWords() {
        fake.on("open", request -> refusal(request, "iptables-nft ended with 4"));
        Agent agent = Agent.greet(fake);

        assertThatThrownBy(() -> open(agent, "FAULTLINE-0a1b2c3d-1"))
                .isInstanceOf(AgentException.class)
                .hasMessage("The agent refused to open: iptables-nft ended with 4");
        assertThat(agent.isAlive()).isTrue();
    }

    @Test
    void givesEachCallerItsOwnAnswerInWhateverOrderTheyCome() throws Exception {
        BlockingQueue<JsonObject> held = new LinkedBlockingQueue<>();
        fake.on("sockets", request -> {
            held.add(request);
            return null;
        });
        Agent agent = Agent.greet(fake);
        CompletableFuture<SocketTable> first = CompletableFuture.supplyAsync(() -> agent.sockets(1));
        JsonObject asked = held.take();
        CompletableFuture<SocketTable> second = CompletableFuture.supplyAsync(() -> agent.sockets(2));

        fake.say(FakeAgent.sockets(held.take(), LISTENING).toString());
        assertThat(second.get().sockets()).hasSize(1);
        assertThat(first).isNotDone();

        fake.say(FakeAgent.sockets(asked).toString());
        assertThat(first.get().sockets()).isEmpty();
    }

    @Test
    void readsASocketFieldForField() {
        fake.on("sockets", request -> FakeAgent.sockets(request, """
                {"state": "ESTABLISHED", "local": "fd00::3", "local_port": 50954, "peer": "fd00::2", "peer_port": 6379,
                 "inode": 70406, "receive_queue": 9, "send_queue": 5, "timer": "retransmit", "timer_ms": 2996,
                 "retransmits": 4, "probes": 2, "backoff": 4, "rto_us": 3264000, "last_sent_ms": 41,
                 "last_received_ms": 7000, "rtt_us": 90, "retransmitted": 11, "acked": 1200, "received": 34000}"""));

        assertThat(Agent.greet(fake).sockets(100).sockets())
                .containsExactly(new TcpSocket(
                        State.ESTABLISHED,
                        new Endpoint("fd00::3", 50954),
                        new Endpoint("fd00::2", 6379),
                        70406,
                        Optional.of(new Timer("retransmit", Duration.ofMillis(2996))),
                        new Progress(1200, 5, 34000, 11, 6, Duration.ofMillis(41), Duration.ofSeconds(7))));
        assertThat(fake.requests("sockets").get(0).get("netns").getAsLong()).isEqualTo(100);
        assertThat(fake.requests("sockets").get(0).has("owner")).isFalse();
    }

    @Test
    void readsASocketOfWhichTheKernelTellsLittle() {
        fake.on("sockets", request -> FakeAgent.sockets(request, LISTENING));

        assertThat(Agent.greet(fake).socketsOf(WHERE).sockets())
                .containsExactly(new TcpSocket(
                        State.LISTEN,
                        new Endpoint("::", 80),
                        new Endpoint("::", 0),
                        7,
                        Optional.empty(),
                        Progress.NONE));
        assertThat(fake.requests("sockets").get(0).get("owner").getAsInt()).isEqualTo(WHERE.pid());
    }

    @Test
    void readsSocketsOfUdpWithWhoseTheyAre() {
        fake.on("sockets", request -> {
            JsonObject answer = FakeAgent.sockets(request);
            answer.add("udp", JsonParser.parseString("""
                    [{"local": "::", "local_port": 53, "inode": 8, "held": true},
                     {"local": "127.0.0.1", "local_port": 99, "inode": 9, "held": false}]"""));
            return answer;
        });

        assertThat(Agent.greet(fake).sockets(100).udp())
                .containsExactly(
                        new UdpSocket(new Endpoint("::", 53), 8, true),
                        new UdpSocket(new Endpoint("127.0.0.1", 99), 9, false));
    }

    /** The fake's clock is this JVM's. */
    @Test
    void readsWhosePacketsWereHarmedAndWhen() {
        long earlier = System.nanoTime();
        fake.on("read", request -> {
            JsonObject answer = FakeAgent.counted(request, 5);
            answer.getAsJsonObject("action").add("flows", JsonParser.parseString("""
                    {"met": [{"proto": "udp", "src": "fd00::3", "sport": 5, "dst": "fd00::2", "dport": 6, "what": "DATA",
                              "packets": 2, "bytes": 58, "first_ns": %d},
                             {"proto": "tcp", "src": "172.17.0.3", "sport": 7, "dst": "172.17.0.2", "dport": 8, "what": "ASKS",
                              "packets": 1, "bytes": 60, "first_ns": %d}], "full": true}""".formatted(earlier, earlier + 1)));
            return answer;
        });
        Agent agent = Agent.greet(fake);

        assertThat(agent.read(List.of("FAULTLINE-0a1b2c3d-1"))
                        .get(0)
                        .came()
                        .orElseThrow()
                        .flows())
                .contains(new Flows(
                        List.of(
                                new Flow(
                                        "udp",
                                        new Flow.End("fd00::3", 5),
                                        new Flow.End("fd00::2", 6),
                                        Flow.What.DATA,
                                        earlier),
                                new Flow(
                                        "tcp",
                                        new Flow.End("172.17.0.3", 7),
                                        new Flow.End("172.17.0.2", 8),
                                        Flow.What.ASKS,
                                        earlier + 1)),
                        true));
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void knowsEveryStateByTheNameThatTheAgentGivesIt(State state) {
        fake.on("sockets", request -> FakeAgent.sockets(request, LISTENING.replace("LISTEN", state.name())));

        assertThat(Agent.greet(fake).sockets(100).sockets())
                .extracting(TcpSocket::state)
                .containsExactly(state);
        assertThat(SOCKETS_GO).content().contains('"' + state.name() + '"');
    }

    @Test
    void failsWhatIsStillOpenWhenTheAgentDies() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        fake.on("proxies", request -> {
            asked.countDown();
            return null;
        });
        Agent agent = Agent.greet(fake);
        CompletableFuture<List<Answers.Proxy>> waiting = CompletableFuture.supplyAsync(agent::proxies);
        asked.await();
        fake.die("Killed");

        assertThatThrownBy(waiting::get)
                .cause()
                .isInstanceOf(AgentException.class)
                .hasMessageContainingAll("The agent is gone", "Killed");
        assertThat(agent.isAlive()).isFalse();
        assertThat(agent.gone()).isDone();
        assertThatThrownBy(agent::proxies).isInstanceOf(AgentException.class);
    }

    @Test
    void endsTheChannelOfAnAgentThatTalksNonsenseSoThatItHeals() throws Exception {
        Agent agent = Agent.greet(fake);
        fake.say("Traceback (most recent call last):");
        agent.gone().get(10, TimeUnit.SECONDS);

        assertThat(fake.isClosed()).isTrue();
        assertThatThrownBy(agent::proxies).isInstanceOf(AgentException.class).hasMessageContaining("could not be read");
    }

    @Test
    void ignoresAnswersThatNobodyWaitsForAndEventsOfOtherKinds() {
        Agent agent = Agent.greet(fake);
        fake.say("{\"id\":4711,\"ok\":true}");
        fake.say("{\"id\":null,\"ok\":false,\"error\":\"ValueError\"}");
        fake.say("{\"event\":\"note\",\"text\":\"a renewal was late\"}");

        assertThat(agent.read(List.of("FAULTLINE-0a1b2c3d-1")).get(0).came()).contains(Told.done(0, 0));
    }

    @Test
    void waitsOnThroughAnInterruptAndKeepsIt() throws Exception {
        BlockingQueue<JsonObject> held = new LinkedBlockingQueue<>();
        fake.on("open", request -> {
            held.add(request);
            return null;
        });
        Agent agent = Agent.greet(fake);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            open(agent, "FAULTLINE-0a1b2c3d-1");
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        caller.start();
        JsonObject request = held.take();
        caller.interrupt();
        await().until(() -> !caller.isInterrupted()); // it has met the interrupt, and waits on
        fake.say(FakeAgent.opened(request, 1).toString());

        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void takesBackAnOpenWhoseAnswerCannotBeUnderstood() {
        fake.on("open", request -> {
            JsonObject answer = ok(request);
            answer.addProperty("in_force_ns", "soon");
            return answer;
        });
        Agent agent = Agent.greet(fake);

        assertThat(catchThrowable(() -> open(agent, "FAULTLINE-0a1b2c3d-1"))).isNotNull();
        assertThat(fake.asked()).containsExactly("open 1", "heal 1");
    }

    @Test
    void tellsOfChangesThatTheAgentTookBackByItself() throws Exception {
        Agent agent = Agent.greet(fake);
        BlockingQueue<Ended> told = new LinkedBlockingQueue<>();
        agent.onEnded(told::add);
        fake.end("FAULTLINE-0a1b2c3d-1", "the maximum duration was reached", 5);
        fake.say("{\"event\":\"ended\",\"effect\":\"FAULTLINE-0a1b2c3d-2\",\"why\":\"bye\",\"problem\":\"stuck\"}");

        Ended first = told.take();
        assertThat(first.effect()).isEqualTo("FAULTLINE-0a1b2c3d-1");
        assertThat(first.state().came()).contains(Told.done(5, 5));
        assertThat(first.state().problem()).isEmpty();
        assertThat(told.take().state().problem()).contains("stuck");
    }

    @Test
    void isAskedForWhatEachRunWantsToKnowBeforeItStarts() {
        fake.on("features", FakeAgent::ok);
        fake.on("find", FakeAgent::nothingFound);
        List<String> whenStarted = new ArrayList<>();

        Agent agent = Agent.start(fake, () -> whenStarted.addAll(fake.asked()));

        assertThat(whenStarted).containsExactly("features", "find");
        fake.on("features", request -> refusal(request, "asked again"));
        assertThat(agent.features()).isEqualTo(agent.features()).isNotNull();
        assertThat(agent.found()).isEmpty();
        assertThat(fake.asked()).containsExactly("features", "find");
    }

    @Test
    void passesARefusalOfWhatItWasAskedAheadOnToWhoWantsToKnow() {
        fake.on("features", request -> refusal(request, "no namespace"));
        Agent agent = Agent.start(fake, () -> {});

        assertThatThrownBy(agent::features)
                .isInstanceOf(AgentException.class)
                .hasMessage("The agent refused to features: no namespace");
        assertThat(agent.isAlive()).isTrue();
    }

    @Test
    void isAskedNothingAheadIfItRuns() {
        fake.on("find", FakeAgent::nothingFound);
        Agent agent = Agent.greet(fake);

        assertThat(fake.asked()).isEmpty();
        assertThat(agent.found()).isEmpty();
        assertThat(fake.asked()).containsExactly("find");
    }

    @Test
    void endsTheChannelIfItCannotBeStarted() {
        IllegalStateException why = new IllegalStateException("no room");

        assertThatThrownBy(() -> Agent.start(fake, () -> {
                    throw why;
                }))
                .isSameAs(why);
        assertThat(fake.isClosed()).isTrue();
    }

    @Test
    void saysGoodbyeAndEndsTheChannel() {
        Agent.greet(fake).close();

        assertThat(fake.asked()).containsExactly("bye");
        assertThat(fake.isClosed()).isTrue();
    }

    @Test
    void endsTheChannelEvenIfTheGoodbyeFails() {
        fake.on("bye", request -> refusal(request, "busy"));
        Agent agent = Agent.greet(fake);

        assertThatThrownBy(agent::close).isInstanceOf(AgentException.class).hasMessageContaining("busy");
        assertThat(fake.isClosed()).isTrue();
    }

    @Test
    void isClosedWithoutAWordIfTheAgentIsGone() {
        Agent agent = Agent.greet(fake);
        fake.die("");
        agent.gone().join();
        agent.close();

        assertThat(fake.asked()).isEmpty();
    }

    @Test
    void neverPlacesAnAnswerAfterItsArrival() {
        fake.on("open", request -> FakeAgent.opened(request, System.nanoTime() + 1_000_000_000));
        Agent agent = Agent.greet(fake);

        assertThat(open(agent, "FAULTLINE-0a1b2c3d-1")).isLessThanOrEqualTo(System.nanoTime());
    }

    @Test
    void translatesTheAgentsClockByTheMiddleOfTheFastestRoundTrip() {
        AgentClock slow = new AgentClock.Sample(1_000, 50_500, 3_000).clock();
        AgentClock fast = new AgentClock.Sample(4_000, 53_000, 4_200).clock();

        assertThat(slow).isEqualTo(new AgentClock(-48_500, 1_000));
        assertThat(slow.better(fast)).isEqualTo(fast);
        assertThat(fast.better(slow)).isEqualTo(fast);
        assertThat(fast.toJvm(54_000, 10_000)).isEqualTo(5_100);
        assertThat(fast.toJvm(54_000, 5_050)).isEqualTo(5_050);
    }

    /** On one Linux machine; half of a slow round trip would be far off. */
    @Test
    void takesAClockThatMayBeTheSameForTheSame() {
        AgentClock same = new AgentClock.Sample(1_000, 1_200, 3_000).clock();

        assertThat(same).isEqualTo(new AgentClock(0, 0));
        assertThat(same.better(new AgentClock(-48_500, 100))).isEqualTo(same);
    }

    private static long open(Agent agent, String tag) {
        return agent.open(List.of(new Opening(tag, WHERE, ACTION, MAXIMUM, false)), List.of())
                .get(0);
    }
}
