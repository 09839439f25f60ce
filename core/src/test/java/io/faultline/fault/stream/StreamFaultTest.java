package io.faultline.fault.stream;

import static io.faultline.world.ResolvedTargets.TARGET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Effect;
import io.faultline.effect.StreamToxic;
import io.faultline.effect.StreamToxic.Way;
import io.faultline.effect.Toxic;
import io.faultline.effect.Toxic.Sign;
import io.faultline.fault.Fault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Plan;
import io.faultline.topology.Hop;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.topology.StreamRoute;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import io.faultline.world.ResolvedTargets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StreamFaultTest {

    private static final PacketFilter FILTER = new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true);
    private static final StreamRoute ROUTE = ResolvedTargets.stream(TARGET, 6379);
    private static final Topology TOPOLOGY = ResolvedTargets.topology(FILTER, ResolvedTargets.redis())
            .with(List.of(ROUTE, ResolvedTargets.stream(ResolvedTargets.OTHER, 1)));

    @Test
    void countsFirstAndThenHarmsSoThatNoHarmIsMissed() {
        Plan plan = SlowStream.of(TARGET)
                .latency(ofMillis(200))
                .jitter(ofMillis(20))
                .kilobytesPerSecond(64)
                .plan(TOPOLOGY);

        assertThat(plan.effects())
                .containsExactly(
                        new StreamTraffic(ROUTE, FILTER, Set.of(Way.DOWNSTREAM), Set.of(Sign.DATA)),
                        toxic(Way.DOWNSTREAM, new Toxic.Delayed(ofMillis(200), ofMillis(20))),
                        toxic(Way.DOWNSTREAM, new Toxic.Throttled(64)));
        assertThat(plan.bypasses()).isEmpty();
        assertThat(plan.limitations()).singleElement().asString().contains("keepalive", "use Partition");
    }

    @Test
    void goesTheWaysThatItIsTold() {
        assertThat(toxics(StalledStream.of(TARGET)))
                .containsExactly(toxic(Way.UPSTREAM, new Toxic.Stalled()), toxic(Way.DOWNSTREAM, new Toxic.Stalled()));
        assertThat(toxics(StalledStream.of(TARGET).downstream()))
                .containsExactly(toxic(Way.DOWNSTREAM, new Toxic.Stalled()));
        assertThat(toxics(LimitedStream.of(TARGET).to(5).upstream()))
                .containsExactly(toxic(Way.UPSTREAM, new Toxic.Limited(5)));
        assertThat(toxics(
                        SlicedStream.of(TARGET).into(7).pausing(ofNanos(9_000)).bothWays()))
                .containsExactly(
                        toxic(Way.UPSTREAM, new Toxic.Sliced(7, ofNanos(9_000))),
                        toxic(Way.DOWNSTREAM, new Toxic.Sliced(7, ofNanos(9_000))));
        assertThat(toxics(SlowCloseStream.of(TARGET).by(ofSeconds(3))))
                .containsExactly(toxic(Way.DOWNSTREAM, new Toxic.ClosedLate(ofSeconds(3))));
        assertThat(toxics(ResetStream.of(TARGET).afterFirstData(ofMillis(9)).upstream()))
                .containsExactly(toxic(Way.UPSTREAM, new Toxic.Reset(ofMillis(9))));
        assertThat(toxics(ClosedStream.of(TARGET))).hasSize(1);
    }

    @Test
    void isCalledByItsTargetAndItsStrength() {
        assertThat(SlowStream.of(TARGET)
                        .latency(ofMillis(200))
                        .jitter(ofMillis(20))
                        .upstream())
                .hasToString("SlowStream[\"redis\", delay by 200 ms ± 20 ms, upstream]");
        assertThat(StalledStream.of(TARGET)).hasToString("StalledStream[\"redis\", both ways]");
        assertThat(ClosedStream.of(TARGET)).hasToString("ClosedStream[\"redis\"]");
        assertThat(LimitedStream.of(TARGET).to(5)).hasToString("LimitedStream[\"redis\", 5 B]");
    }

    @Test
    void isRefusedWithoutARoute() {
        assertThatThrownBy(
                        () -> ClosedStream.of(TARGET).plan(ResolvedTargets.topology(FILTER, ResolvedTargets.redis())))
                .isInstanceOf(TargetException.class)
                .hasMessageContaining("faultline.through(target) first");
    }

    @Test
    void isRefusedWhereNothingCanBeCounted() {
        Topology topology = new Topology(
                List.of(ResolvedTargets.redis()),
                new KernelFeatures("6.1.0", Optional.empty(), Set.of()),
                List.of(ROUTE));

        assertThatThrownBy(() -> ClosedStream.of(TARGET).plan(topology)).isInstanceOf(ImpossibleFaultException.class);
    }

    @Test
    void tellsClientsOfAPublishedPortWhatTheyMaySee() {
        StreamRoute published = new StreamRoute(
                TARGET,
                6379,
                ROUTE.containerId(),
                ROUTE.proxy(),
                "localhost",
                ROUTE.proxy().published());
        Topology topology =
                ResolvedTargets.topology(FILTER, ResolvedTargets.redis()).with(List.of(published));

        assertThat(ClosedStream.of(TARGET).plan(topology).limitations())
                .last()
                .asString()
                .contains("published port");
        assertThat(StalledStream.of(TARGET).plan(topology).limitations()).hasSize(1);
    }

    @Test
    void overlapsItsOwnKindAndAClosedStreamEverything() {
        Effect slow = toxic(Way.DOWNSTREAM, new Toxic.Delayed(ofMillis(1), Duration.ZERO));
        Effect slower = toxic(Way.DOWNSTREAM, new Toxic.Delayed(ofMillis(9), Duration.ZERO));
        Effect closed = toxic(Way.DOWNSTREAM, new Toxic.Closed());

        assertThat(slow.overlaps(slower)).isTrue();
        assertThat(slow.overlaps(closed)).isTrue();
        assertThat(closed.overlaps(slow)).isTrue();
        assertThat(slow.overlaps(toxic(Way.UPSTREAM, new Toxic.Delayed(ofMillis(1), Duration.ZERO))))
                .isFalse();
        assertThat(slow.overlaps(toxic(Way.DOWNSTREAM, new Toxic.Throttled(1)))).isFalse();
    }

    @Test
    void knowsTheConnectionsThatTakeItsRoute() {
        Effect stalled = toxic(Way.UPSTREAM, new Toxic.Stalled());

        assertThat(TOPOLOGY.firstHops("172.17.0.9", 8666)).containsExactly(new Hop(Leg.Kind.STREAM, 6379));
        assertThat(TOPOLOGY.firstHops("127.0.0.1", 40000)).containsExactly(new Hop(Leg.Kind.STREAM, 6379));
        assertThat(TOPOLOGY.firstHops("172.17.0.9", 8474)).isEmpty();
        assertThat(TOPOLOGY.firstHops("172.17.0.2", 6379)).containsExactly(new Hop(Leg.Kind.CONTAINER, 6379));
        assertThat(stalled.hits(new Hop(Leg.Kind.STREAM, 6379))).isTrue();
        assertThat(stalled.hits(new Hop(Leg.Kind.CONTAINER, 6379))).isFalse();
    }

    @Test
    void refusesStrengthsThatAreNone() {
        SlowStream slow = SlowStream.of(TARGET);
        List.<Runnable>of(
                        () -> slow.latency(Duration.ZERO),
                        () -> slow.latency(ofNanos(1_500_000)),
                        () -> slow.jitter(ofMillis(1)),
                        () -> slow.kilobytesPerSecond(0),
                        () -> LimitedStream.of(TARGET).to(0),
                        () -> SlicedStream.of(TARGET).into(0),
                        () -> SlicedStream.of(TARGET).pausing(ofMillis(-1)),
                        () -> SlowCloseStream.of(TARGET).by(Duration.ZERO),
                        () -> ResetStream.of(TARGET).afterFirstData(ofMillis(-1)))
                .forEach(wrong -> assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class));
        assertThatThrownBy(() -> slow.plan(TOPOLOGY)).hasMessageContaining("slows nothing down");
    }

    private static StreamToxic toxic(Way way, Toxic toxic) {
        return new StreamToxic(ROUTE, way, toxic);
    }

    private static List<Effect> toxics(Fault fault) {
        List<Effect> effects = fault.plan(TOPOLOGY).effects();
        return effects.subList(1, effects.size());
    }
}
