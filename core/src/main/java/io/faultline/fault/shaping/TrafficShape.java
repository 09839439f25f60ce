package io.faultline.fault.shaping;

import io.faultline.effect.ActionState;
import io.faultline.effect.AgentAction;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkInterface;
import io.faultline.topology.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Delays, duplicates, reorders, corrupts or slows what leaves or what arrives at one interface. All that is asked for one
 * direction of it is one tree of qdiscs; what nobody asked about passes by it. The kernel does not end it by itself.
 *
 * @param place what it is on, for people: {@code "redis"}
 * @param direction {@link Direction#OUT} for what leaves, {@link Direction#IN} for what arrives
 */
record TrafficShape(
        String place, NetworkNamespace namespace, NetworkInterface at, Direction direction, List<TrafficClass> shapes)
        implements AgentEffect {

    /** @throws IllegalArgumentException if a packet is meant by two shapes, or one interface cannot serve them all */
    public TrafficShape {
        shapes = List.copyOf(shapes);
        if (shapes.isEmpty() || shapes.size() > 15 || (direction != Direction.IN && direction != Direction.OUT)) {
            throw new IllegalArgumentException(
                    "One tree is for what leaves or for what arrives, and for 1 to 15 kinds of traffic; asked for: "
                            + direction + " " + shapes + ".");
        }
    }

    @Override
    public Impact impact() {
        return Impact.DEGRADES;
    }

    @Override
    public boolean meets(Hop hop, String client) {
        return hop.leg() == Leg.Kind.CONTAINER
                && shapes.stream()
                        .anyMatch(shape ->
                                shape.peers().include(client) && shape.ports().includesOwn("tcp", hop.port()));
    }

    @Override
    public boolean meetsOwn(TcpConnection connection) {
        return shapes.stream()
                .anyMatch(shape -> shape.peers().include(connection.peerAddress())
                        && shape.ports().includes("tcp", connection.localPort(), connection.peerPort()));
    }

    @Override
    public boolean hits(Hop hop) {
        return hop.leg() == Leg.Kind.CONTAINER
                && shapes.stream()
                        .anyMatch(shape ->
                                shape.peers().isEveryone() && shape.ports().includesOwn("tcp", hop.port()));
    }

    @Override
    public String summary() {
        boolean leaving = direction == Direction.OUT;
        return shapes.stream()
                        .map(shape -> shape.quality() + " for " + shape.ports() + (leaving ? " from " : " to ") + place
                                + (leaving ? " to " : " from ") + shape.peers())
                        .collect(Collectors.joining("; "))
                + ", at " + at.name();
    }

    /** What is asked for the same packets of one interface and direction is done to them together, by one tree. */
    @Override
    public Optional<Effect> mergedWith(Effect other) {
        if (!(other instanceof TrafficShape shape) || !isBeside(shape)) {
            return Optional.empty();
        }
        clash(shape).ifPresent(problem -> {
            throw new IllegalArgumentException(problem + " (" + at.name() + " of " + place + ")");
        });
        return Optional.of(and(shape));
    }

    private boolean isBeside(TrafficShape other) {
        return namespace.inode() == other.namespace.inode()
                && at.name().equals(other.at.name())
                && direction == other.direction;
    }

    /** Why both cannot be had at once, in words that follow "both"; empty if they can. */
    Optional<String> clash(TrafficShape other) {
        for (TrafficClass mine : shapes) {
            for (TrafficClass theirs : other.shapes) {
                if (mine.overlaps(theirs)) {
                    Optional<String> problem = mine.isAboutTheSame(theirs)
                            ? mine.quality()
                                    .clash(theirs.quality())
                                    .map(kind -> "set the " + kind + " of the same packets")
                            : Optional.of("mean some of the same packets, but not all of them the same");
                    if (problem.isPresent()) {
                        return problem;
                    }
                } else if (bothNetem(mine, theirs)
                        && (mine.quality().duplicates() || theirs.quality().duplicates())) {
                    // The kernel since 6.16, and older ones by their distributors (CVE-2025-38553).
                    return Optional.of(
                            "need a netem of their own, and the kernel allows none beside one that duplicates");
                }
            }
        }
        return Optional.empty();
    }

    private static boolean bothNetem(TrafficClass one, TrafficClass other) {
        return one.quality().usesNetem() && other.quality().usesNetem();
    }

    TrafficShape and(TrafficShape other) {
        List<TrafficClass> all = new ArrayList<>(shapes);
        for (TrafficClass more : other.shapes) {
            int same = IntStream.range(0, all.size())
                    .filter(i -> all.get(i).isAboutTheSame(more))
                    .findFirst()
                    .orElse(-1);
            if (same < 0) {
                all.add(more);
            } else {
                all.set(same, all.get(same).and(more.quality()));
            }
        }
        return new TrafficShape(place, namespace, at, direction, all);
    }

    @Override
    public boolean overlaps(Effect other) {
        return other instanceof TrafficShape shape && isBeside(shape);
    }

    @Override
    public AgentAction action() {
        return new ShapeOrder(
                at,
                direction,
                shapes.stream()
                        .map(each -> ShapeOrder.ClassOrder.of(each, at.mtu()))
                        .toList());
    }

    @Override
    public boolean canBecome(AgentEffect other) {
        return other instanceof TrafficShape wanted && canBecome(wanted);
    }

    private boolean canBecome(TrafficShape wanted) {
        return isBeside(wanted)
                && shapes.size() == wanted.shapes.size()
                && IntStream.range(0, shapes.size())
                        .allMatch(i -> shapes.get(i).isAboutTheSame(wanted.shapes.get(i))
                                && shapes.get(i)
                                        .quality()
                                        .canBecome(wanted.shapes.get(i).quality()));
    }

    @Override
    public List<Count> evidence(ActionState state) {
        return state.counts().stream()
                .map(each ->
                        new Count(Leg.Kind.CONTAINER, each.direction(), EvidenceUnit.SHAPED, each.number(), each.of()))
                .toList();
    }
}
