package io.faultline.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Flow;
import io.faultline.effect.Flows;
import io.faultline.effect.Impact;
import io.faultline.inject.ClientFlows;
import io.faultline.inject.Evidence;
import io.faultline.inject.HarmedFlows;
import io.faultline.inject.Injection;
import io.faultline.inject.Reach.Met;
import io.faultline.observe.Client;
import io.faultline.observe.ClientActivity;
import io.faultline.observe.ClientActivity.What;
import io.faultline.observe.ClientNetwork;
import io.faultline.observe.ClientPorts;
import io.faultline.observe.FailureClass;
import io.faultline.observe.TcpSocket.State;
import io.faultline.topology.Leg;
import io.faultline.world.FakeAgent;
import io.faultline.world.FakeEffect;
import io.faultline.world.FakeFault;
import io.faultline.world.ResolvedTargets;
import io.faultline.world.Sockets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What was seen on a client's connections, and whether the fault did it. */
class AttributionTest {

    private static final long TICK = Duration.ofMillis(20).toNanos();
    private static final Client JVM = new Client("this JVM", Optional.empty(), Optional.of(() -> Sockets.seen(0)));

    private final Lab lab = new Lab();
    private final ClientActivity activity = new ClientActivity();
    private Injection injection = lab.injector.inject(Lab.CUT);

    /** In which events of a connection an impact shows. */
    static Stream<Arguments> impacts() {
        return Stream.of(
                arguments(
                        Impact.SILENCES,
                        EnumSet.of(What.SENT, What.CONNECTING, What.UNANSWERED, What.GIVEN_UP, What.ENDED)),
                arguments(
                        Impact.REFUSES,
                        EnumSet.of(What.SENT, What.CONNECTING, What.UNANSWERED, What.GIVEN_UP, What.ENDED)),
                arguments(Impact.STOPS, EnumSet.complementOf(EnumSet.of(What.RECEIVED, What.CLOSED, What.DEAF))),
                arguments(
                        Impact.DETACHES,
                        EnumSet.of(What.WAITING, What.CONNECTING, What.UNANSWERED, What.GIVEN_UP, What.ENDED)),
                arguments(Impact.DEGRADES, EnumSet.complementOf(EnumSet.of(What.DEAF))));
    }

    @ParameterizedTest
    @MethodSource
    void impacts(Impact impact, Set<What> shows) {
        for (What what : EnumSet.complementOf(EnumSet.of(What.DEAF))) {
            ClientActivity under = happens(what, injection.inForceNanos() + 1);

            assertThat(affected(under, impact).isPresent())
                    .as("%s shows in %s", impact, what)
                    .isEqualTo(shows.contains(what));
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesNotCountWhatHappenedBeforeTheFault(Impact impact) {
        for (What what : EnumSet.complementOf(EnumSet.of(What.DEAF))) {
            ClientActivity before = happens(what, injection.beganNanos() - 3 * TICK);

            assertThat(affected(before, impact))
                    .as("%s before %s", what, impact)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesNotCountWhatHappenedAfterTheFault(Impact impact) {
        injection.heal();
        for (What what : EnumSet.complementOf(EnumSet.of(What.DEAF))) {
            ClientActivity after = happens(what, injection.healedNanos() + 1);

            assertThat(affected(after, impact)).as("%s after %s", what, impact).isEmpty();
        }
    }

    @Test
    void countsFromWhenTheEffectThatTheConnectionMeetsWasInForce() {
        long now = System.nanoTime();
        lab.agent.on("open", request -> FakeAgent.opened(request, now - 20 * TICK, now));
        injection = lab.injector.inject(FakeFault.of("Uneven", FakeEffect.in(2), FakeEffect.in(3)));
        ClientActivity between = happens(What.SENT, now - 10 * TICK);
        List<Effect> effects = injection.reach().effects();

        for (Effect effect : effects) {
            assertThat(new Attribution(
                                    JVM,
                                    injection,
                                    between,
                                    event -> Set.of(new Met(effect, Impact.SILENCES)),
                                    Lab.flows(injection))
                            .affected(packets(3), System.nanoTime(), Optional.empty())
                            .isPresent())
                    .isEqualTo(effect.equals(effects.get(0)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesNotCountWhatHappenedAfterItCameTrue(Impact impact) {
        ClientActivity later = happens(What.CONNECTING, injection.inForceNanos() + TICK);
        Attribution attribution = new Attribution(JVM, injection, later, event -> met(impact), Lab.flows(injection));

        assertThat(attribution.affected(packets(3), injection.inForceNanos() + 1, Optional.empty()))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SILENCES")
    void countsAnEndThatCameWhileTheFaultWasBeingInjected(Impact impact) {
        long began = injection.beganNanos();
        look(began - 2, Sockets.idle());
        look(began + 1);

        assertThat(affected(activity, impact)).contains("its connection to 172.17.0.2:6379 was ended");
    }

    @Test
    void countsNoEndBeforeASilenceIsWhole() {
        long began = injection.beganNanos();
        look(began - 2, Sockets.idle());
        look(began + 1);

        assertThat(affected(activity, Impact.SILENCES)).isEmpty();
    }

    @Test
    void countsNothingOnAConnectionThatTheFaultDoesNotReach() {
        ClientActivity under = happens(What.SENT, injection.inForceNanos() + 1);
        Attribution attribution = new Attribution(JVM, injection, under, event -> Set.of(), Lab.flows(injection));

        assertThat(attribution.affected(packets(3), farOff(), Optional.of(FailureClass.TIMEOUT)))
                .isEmpty();
    }

    @Test
    void asksNotWhoItWasOfAnyone() {
        Attribution attribution = new Attribution(
                Client.anyone(), injection, new ClientActivity(), event -> Set.of(), Lab.flows(injection));

        assertThat(attribution.affected(packets(3), farOff(), Optional.empty())).contains(Verdict.UNATTRIBUTED);
    }

    @Test
    void needsNoConnectionForAFaultOnTheClientItself() {
        Client itself =
                new Client("\"redis\"", Optional.of(ResolvedTargets.redis().containerId()), JVM.sockets());
        Client another = new Client("\"app\"", Optional.of(ResolvedTargets.app().containerId()), JVM.sockets());
        Evidence stopped = evidence(EvidenceUnit.PAUSED, 1);

        assertThat(onItself(itself, stopped)).contains("the fault is on \"redis\" itself");
        assertThat(onItself(itself, evidence(EvidenceUnit.PAUSED, 0))).isEmpty();
        assertThat(onItself(itself, packets(3))).isEmpty(); // whose they were is not known
        assertThat(onItself(another, stopped)).isEmpty();
        assertThat(onItself(JVM, stopped)).isEmpty();
    }

    @Test
    void isNotMetByAShortageOfWhatTheClientDoesNotNeed() {
        Client itself =
                new Client("\"redis\"", Optional.of(ResolvedTargets.redis().containerId()), JVM.sockets());

        assertThat(onItself(itself, filled(true))).contains("the fault is on \"redis\" itself");
        assertThat(onItself(itself, filled(false))).isEmpty();
    }

    private static Evidence filled(boolean needed) {
        return new Evidence(
                List.of(new Count(Leg.Kind.CONTAINER, Direction.ANY, EvidenceUnit.FILLED, 9, 9, needed)),
                Optional.empty());
    }

    private Optional<String> onItself(Client client, Evidence evidence) {
        return new Attribution(client, injection, activity, event -> Set.of(), Lab.flows(injection))
                .affected(evidence, farOff(), Optional.empty());
    }

    @Test
    void countsAListenerThatHearsNothingAnyMoreUnderASilence() {
        long later = injection.inForceNanos() + 10 * TICK;
        look(later, listening(Duration.ofMillis(300)));

        assertThat(affected(activity, Impact.SILENCES))
                .contains("its connection to 172.17.0.2:6379 received nothing any more");
        assertThat(affected(activity, Impact.REFUSES)).isEmpty();
        assertThat(new Attribution(JVM, injection, activity, event -> met(Impact.SILENCES), Lab.flows(injection))
                        .affected(packets(0), farOff(), Optional.empty()))
                .isEmpty();
    }

    /** Without a socket to look at, and without its word. */
    @Test
    void countsWhatOfTheClientsWasHarmed() {
        Flow datagram = flow("udp", 5, injection.inForceNanos() + TICK);

        assertThat(remembering(datagram).affected(packets(3), farOff(), Optional.empty()))
                .contains("its datagram to 172.17.0.2:6379 was dropped");
        assertThat(remembering(datagram).affected(packets(3), injection.inForceNanos(), Optional.empty()))
                .isEmpty();
        assertThat(remembering().affected(packets(3), farOff(), Optional.empty()))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"SILENCES", "REFUSES", "DEGRADES"})
    void countsWhatHappensToAConnectionOnceOneOfItsPacketsIsHarmed(Impact impact) {
        long harmed = injection.inForceNanos() + TICK;
        FakeEffect effect = FakeEffect.in(1).that(impact);

        for (What what : EnumSet.of(What.ENDED, What.SENT, What.CONNECTING, What.UNANSWERED, What.GIVEN_UP)) {
            ClientActivity under = happens(what, injection.inForceNanos() + 1);
            for (Flow flow : List.of(flow("tcp", 5, harmed), flow("tcp", 6, harmed))) {
                Attribution attribution = new Attribution(
                        JVM, injection, under, event -> Set.of(new Met(effect, impact)), harmed(effect, flow));
                boolean isItsOwn = flow.source().port() == 5;
                assertThat(attribution
                                .affected(packets(3), farOff(), Optional.empty())
                                .isPresent())
                        .as("%s, by %s", what, flow)
                        .isEqualTo(isItsOwn);
                assertThat(attribution.affected(packets(3), harmed - 1, Optional.empty()))
                        .isEmpty();
            }
        }
    }

    private Attribution remembering(Flow... flows) {
        FakeEffect effect = (FakeEffect) injection.reach().effects().get(0);
        return new Attribution(JVM, injection, activity, event -> Set.of(), harmed(effect, flows));
    }

    /** By an effect, from a network that the client has for itself. */
    private ClientFlows harmed(FakeEffect effect, Flow... flows) {
        return new ClientFlows(
                JVM,
                injection.reach(),
                List.of(new HarmedFlows(effect, Optional.of(new Flows(List.of(flows), false)))),
                Optional.of(new ClientNetwork(1, Set.of(ClientNetwork.address("172.17.0.1")), true, 1)),
                new ClientPorts());
    }

    private static Flow flow(String transport, int port, long firstNanos) {
        Flow.What what = transport.equals("udp") ? Flow.What.DATA : Flow.What.OTHER;
        return new Flow(
                transport, new Flow.End("172.17.0.1", port), new Flow.End("172.17.0.2", 6379), what, firstNanos);
    }

    private Optional<String> affected(ClientActivity by, Impact impact) {
        return new Attribution(JVM, injection, by, event -> met(impact), Lab.flows(injection))
                .affected(packets(3), farOff(), Optional.empty());
    }

    @Test
    void countsThatItWaitedThoughThatIsSeenAfterItHadNoticed() {
        long noticed = injection.inForceNanos() + Duration.ofMillis(300).toNanos();
        Sockets waits = Sockets.sent(4).since(Duration.ofMillis(500), Duration.ofSeconds(5));
        ClientActivity late = new ClientActivity();
        look(late, injection.beganNanos() - TICK, Sockets.sent(4));
        look(late, noticed + Duration.ofMillis(100).toNanos(), waits);
        ClientActivity later = new ClientActivity();
        look(later, injection.beganNanos() - TICK, Sockets.sent(4));
        look(
                later,
                noticed + Duration.ofMillis(450).toNanos(),
                waits); // asked 50 ms before that, which is not long yet

        assertThat(affectedBy(late, Impact.STOPS, noticed)).isPresent();
        assertThat(affectedBy(later, Impact.STOPS, noticed)).isEmpty();
        assertThat(affectedBy(late, Impact.SILENCES, noticed)).isEmpty();
    }

    private Optional<String> affectedBy(ClientActivity of, Impact impact, long until) {
        Effect effect = injection.reach().effects().get(0);
        return new Attribution(JVM, injection, of, event -> Set.of(new Met(effect, impact)), Lab.flows(injection))
                .affected(packets(3), until, Optional.empty());
    }

    /** It happened at this moment, and in the 20 ms after it, on a connection that was there before. */
    private static ClientActivity happens(What what, long nanos) {
        ClientActivity activity = new ClientActivity();
        Sockets waits = Sockets.sent(4).since(Duration.ofMillis(150), Duration.ofSeconds(5));
        Sockets[] there =
                what == What.CONNECTED || what == What.CONNECTING ? new Sockets[0] : new Sockets[] {Sockets.sent(4)};
        look(activity, nanos, there);
        look(
                activity,
                nanos + TICK,
                switch (what) {
                    case CONNECTING -> new Sockets[] {Sockets.in(State.SYN_SENT).progress(0, 1, 0)};
                    case CONNECTED -> new Sockets[] {Sockets.idle()};
                    case SENT -> new Sockets[] {Sockets.sent(5)};
                    case RECEIVED -> new Sockets[] {Sockets.sent(4).progress(5, 0, 1)};
                    case UNANSWERED -> new Sockets[] {Sockets.sent(4).unanswered(1)};
                    case WAITING -> new Sockets[] {waits};
                    case CLOSED -> new Sockets[] {Sockets.in(State.FIN_WAIT2)};
                    default -> new Sockets[0];
                });
        return activity;
    }

    private void look(long nanos, Sockets... sockets) {
        look(activity, nanos, sockets);
    }

    private static void look(ClientActivity activity, long nanos, Sockets... sockets) {
        activity.look(nanos, Sockets.seen(nanos + 1, sockets));
    }

    private static Sockets listening(Duration sinceReceived) {
        return Sockets.idle().progress(1, 0, 9).since(Duration.ofMinutes(1), sinceReceived);
    }

    private static long farOff() {
        return System.nanoTime() + Duration.ofMinutes(1).toNanos();
    }

    private static Evidence packets(long number) {
        return evidence(EvidenceUnit.DROPPED, number);
    }

    private static Evidence evidence(EvidenceUnit unit, long number) {
        return new Evidence(
                List.of(new Count(Leg.Kind.CONTAINER, Direction.IN, unit, number, number)), Optional.empty());
    }

    private Set<Met> met(Impact impact) {
        return Set.of(new Met(injection.reach().effects().get(0), impact));
    }
}
