package io.faultline.fault.packet;

import io.faultline.effect.ActionState;
import io.faultline.effect.AgentAction;
import io.faultline.effect.Count;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.Traffic;
import io.faultline.effect.TrafficOrder;
import io.faultline.topology.Leg;
import java.util.List;

/**
 * Closes TCP connections of one leg at once, as {@code ss -K} does: the kernel sends a reset to the other end, and the
 * process that owns the socket sees ECONNABORTED. Listening sockets stay, and so does what a container says to itself. It
 * is over when it is made; there is nothing to take back, and bringing it back closes what has been opened since.
 *
 * @param place what it is on, for people: {@code "redis"}
 * @param own the container's own addresses
 */
record SocketDestroy(String place, Leg where, List<String> own, Traffic traffic) implements LegEffect {

    public SocketDestroy {
        own = List.copyOf(own);
    }

    @Override
    public Impact impact() {
        return Impact.REFUSES;
    }

    @Override
    public String summary() {
        String what = "reset " + traffic.describe(place);
        return where.kind() == Leg.Kind.CONTAINER
                ? what + ", in the container's namespace"
                : what + " at docker-proxy's " + where.ports().get(0);
    }

    @Override
    public AgentAction action() {
        return new Order(own, TrafficOrder.of(traffic, where));
    }

    /** As the agent is told. */
    record Order(List<String> own, TrafficOrder traffic) implements AgentAction {

        @Override
        public String verb() {
            return "destroy";
        }
    }

    @Override
    public List<Count> evidence(ActionState state) {
        return state.counts().stream()
                .map(each -> new Count(where.kind(), each.direction(), EvidenceUnit.RESET, each.number(), each.of()))
                .toList();
    }

    /** It is over before anything else is opened. */
    @Override
    public boolean overlaps(Effect other) {
        return false;
    }
}
