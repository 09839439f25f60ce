package io.faultline.verify;

import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Impact;
import io.faultline.inject.Evidence;
import io.faultline.inject.Reach;
import io.faultline.observe.Detection;
import io.faultline.observe.FailureClass;
import io.faultline.observe.Prediction;
import io.faultline.observe.TcpSocket;
import io.faultline.topology.Leg;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import io.faultline.world.FakeEffect;
import io.faultline.world.ResolvedTargets;
import io.faultline.world.Sockets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Facts for a verdict, made up by hand: at first those of an idle client that is connected to a target that falls silent,
 * with 3 packets dropped, and nothing noticed within 5 s. What is asked for one is on another.
 */
record Facts(Findings findings) {

    static final String AFFECTED = "its connection to 172.17.0.2:6379 sent data";
    static final String PROXY = "docker-proxy answers at 0.0.0.0:32768->6379/tcp";

    private static final Duration BOUND = Duration.ofSeconds(5);
    private static final long BEGAN = 999_000_000_000L;
    private static final long IN_FORCE = 1_000_000_000_000L;

    static Facts idle() {
        return new Facts(new Findings(
                new FaultWindow.Expected("it notices", BOUND, true),
                Optional.empty(),
                new Findings.Moments(IN_FORCE, BEGAN, IN_FORCE, Optional.empty()),
                packets(3),
                3,
                Optional.empty(),
                false,
                Findings.Unseen.NOTHING,
                new Prediction(List.of(Sockets.idle().socket())),
                true,
                reach(Impact.SILENCES),
                List.of(),
                List.of()));
    }

    /** The client did something that met the fault, and noticed after so long. */
    static Facts noticed(double seconds) {
        return idle().came(seconds, FailureClass.TIMEOUT).affected(AFFECTED);
    }

    static Reach reach(Impact impact) {
        PacketFilter filter = new PacketFilter(Flavour.NFTABLES, true, Expiry.LEASE, true);
        return new Reach(
                List.of(FakeEffect.in(1).that(impact)), ResolvedTargets.topology(filter, ResolvedTargets.redis()));
    }

    private static Evidence packets(long packets) {
        return new Evidence(
                List.of(new Count(Leg.Kind.CONTAINER, Direction.IN, EvidenceUnit.DROPPED, packets, packets)),
                Optional.empty());
    }

    /** Seen at this moment, and not to be so all the time before. */
    Facts came(double seconds, FailureClass failure) {
        long at = IN_FORCE + Math.round(seconds * 1e9);
        return with(new Detection(at - 5, at, Optional.of(failure)), findings.evidence());
    }

    /** Seen at this moment, and not to be so before the fault was in force. */
    Facts cameSincePrepared(double seconds) {
        long at = IN_FORCE + Math.round(seconds * 1e9);
        return with(new Detection(Math.min(at, BEGAN), at, Optional.empty()), findings.evidence());
    }

    private Facts with(Detection came, Evidence evidence) {
        return new Facts(new Findings(
                findings.expected(),
                Optional.of(came),
                findings.moments(),
                evidence,
                findings.packets(),
                findings.affected(),
                findings.keptAll(),
                findings.unseen(),
                findings.prediction(),
                findings.crossesCut(),
                findings.reach(),
                findings.bypasses(),
                findings.limitations()));
    }

    Facts dropped(long packets) {
        return copy(packets(packets), packets, findings.affected(), findings.unseen());
    }

    /** Of those that were dropped, only so many can be the client's. */
    Facts ofTheClients(long packets) {
        return copy(findings.evidence(), packets, findings.affected(), findings.unseen());
    }

    Facts invalidated(String why) {
        Evidence invalidated = new Evidence(findings.evidence().counts(), Optional.of(why));
        return copy(invalidated, findings.packets(), findings.affected(), findings.unseen());
    }

    Facts affected(String how) {
        return copy(findings.evidence(), findings.packets(), Optional.of(how), findings.unseen());
    }

    Facts unaffected() {
        return copy(findings.evidence(), findings.packets(), Optional.empty(), findings.unseen());
    }

    Facts blind(String why) {
        return unseen(new Findings.Unseen(Optional.of(why), Optional.empty()));
    }

    /** Of whose packets were harmed this is not known. */
    Facts forgotten(String what) {
        return unseen(new Findings.Unseen(Optional.empty(), Optional.of(what)));
    }

    private Facts unseen(Findings.Unseen unseen) {
        return copy(findings.evidence(), findings.packets(), Optional.empty(), unseen);
    }

    private Facts copy(Evidence evidence, long packets, Optional<String> affected, Findings.Unseen unseen) {
        return new Facts(new Findings(
                findings.expected(),
                findings.came(),
                findings.moments(),
                evidence,
                packets,
                affected,
                findings.keptAll(),
                unseen,
                findings.prediction(),
                findings.crossesCut(),
                findings.reach(),
                findings.bypasses(),
                findings.limitations()));
    }

    /** The client has closed no connection. */
    Facts keptAll() {
        return new Facts(new Findings(
                findings.expected(),
                findings.came(),
                findings.moments(),
                findings.evidence(),
                findings.packets(),
                findings.affected(),
                true,
                findings.unseen(),
                findings.prediction(),
                findings.crossesCut(),
                findings.reach(),
                findings.bypasses(),
                findings.limitations()));
    }

    /** With these connections before the fault. */
    Facts connected(boolean crossesCut, Sockets... sockets) {
        List<TcpSocket> before = List.of(sockets).stream().map(Sockets::socket).toList();
        return copy(new Prediction(before), crossesCut, findings.reach(), findings.bypasses());
    }

    Facts does(Impact impact) {
        return copy(findings.prediction(), findings.crossesCut(), reach(impact), findings.bypasses());
    }

    Facts around(String way) {
        return copy(findings.prediction(), findings.crossesCut(), findings.reach(), List.of(way));
    }

    private Facts copy(Prediction prediction, boolean crossesCut, Reach reach, List<String> bypasses) {
        return new Facts(new Findings(
                findings.expected(),
                findings.came(),
                findings.moments(),
                findings.evidence(),
                findings.packets(),
                findings.affected(),
                findings.keptAll(),
                findings.unseen(),
                prediction,
                crossesCut,
                reach,
                bypasses,
                findings.limitations()));
    }

    Facts limitations(String limit) {
        return last(findings.expected(), findings.moments(), List.of(limit));
    }

    /** The fault was over so long after it was in force. */
    Facts over(double seconds) {
        Findings.Moments moments =
                new Findings.Moments(IN_FORCE, BEGAN, IN_FORCE, Optional.of(IN_FORCE + Math.round(seconds * 1e9)));
        return last(findings.expected(), moments, findings.limitations());
    }

    Facts ofSomebodyElse() {
        return last(new FaultWindow.Expected("it notices", BOUND, false), findings.moments(), findings.limitations());
    }

    private Facts last(FaultWindow.Expected expected, Findings.Moments moments, List<String> limitations) {
        return new Facts(new Findings(
                expected,
                findings.came(),
                moments,
                findings.evidence(),
                findings.packets(),
                findings.affected(),
                findings.keptAll(),
                findings.unseen(),
                findings.prediction(),
                findings.crossesCut(),
                findings.reach(),
                findings.bypasses(),
                limitations));
    }
}
