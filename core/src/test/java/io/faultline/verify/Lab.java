package io.faultline.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.Impact;
import io.faultline.fault.Fault;
import io.faultline.inject.ClientFlows;
import io.faultline.inject.Injection;
import io.faultline.inject.Injector;
import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.Client;
import io.faultline.observe.ClientPorts;
import io.faultline.observe.TcpSocket;
import io.faultline.world.FakeAgent;
import io.faultline.world.FakeClient;
import io.faultline.world.FakeEffect;
import io.faultline.world.FakeFault;
import io.faultline.world.FakeSource;
import io.faultline.world.Sockets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** All that an experiment needs, without a kernel: its agent has dropped 3 packets, and its client is at work. */
final class Lab {

    static final Duration LONG = Duration.ofMinutes(1);
    static final Duration SHORT = Duration.ofMillis(30);
    static final FakeFault CUT = FakeFault.of("Cut", FakeEffect.in(1));
    static final FakeFault REFUSE = FakeFault.of("Refuse", FakeEffect.in(1).that(Impact.REFUSES));

    final FakeSource source = new FakeSource();
    final FakeAgent agent = source.fake();
    final Journal journal = new Journal();
    final Injector injector = new Injector(source.registry(), journal);
    final FakeClient client = new FakeClient();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicInteger looks = new AtomicInteger();

    Lab() {
        agent.count(3);
        client.has(this::atWork);
    }

    /** Each look finds that it has sent something more. */
    private List<TcpSocket> atWork() {
        return List.of(Sockets.sent(sent.incrementAndGet()).socket());
    }

    Experiment experiment() {
        return experiment(CUT, client.client());
    }

    Experiment experiment(Fault fault, Client of) {
        return new Experiment(
                fault,
                new ExperimentSetting(injector, journal, of, target -> client.client(), before -> Optional.empty()));
    }

    ExperimentEngine engine(Client of) {
        return new ExperimentEngine(injector, journal, of, before -> Optional.empty());
    }

    /** One that has noticed the fault, and comes to an end by itself. */
    Experiment noticed() {
        return experiment().expect("it notices", this::notices).within(LONG);
    }

    /** True once it was looked at three times under the fault. */
    boolean notices() {
        return isInjected() && looks.incrementAndGet() > 2;
    }

    boolean isInjected() {
        return has(Kind.PREDICTED);
    }

    boolean isHealed() {
        return has(Kind.HEALED);
    }

    private boolean has(Kind kind) {
        return journal.events().stream().anyMatch(event -> event.kind() == kind);
    }

    /** Of which nothing is remembered. */
    static ClientFlows flows(Injection of) {
        return new ClientFlows(Client.anyone(), of.reach(), List.of(), Optional.empty(), new ClientPorts());
    }

    List<String> said() {
        return journal.events().stream().map(Event::text).toList();
    }

    void requireHealed() {
        assertThat(agent.asked()).contains("open 1", "heal 1");
    }
}
