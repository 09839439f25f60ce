package io.faultline.fault.dns;

import io.faultline.effect.ActionState;
import io.faultline.effect.AgentAction;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.FilterOrder;
import io.faultline.effect.Impact;
import io.faultline.effect.Responder;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.PacketFilter;
import java.util.List;

/**
 * Leads the name queries of a namespace, whichever server they are for, over UDP and TCP, IPv4 and IPv6, to a responder.
 *
 * <p>Before Docker's own rules, which turn the queries to its embedded server 127.0.0.11 to a port of its own. What the
 * responder passes on carries a mark, and is let through. NAT is decided for the first packet of a flow only, so the agent
 * has the flows to port 53 forgotten when the harm begins and ends.
 *
 * @param place whose namespace it is, for people: {@code "app"}
 */
record DnsRedirect(String place, NetworkNamespace namespace, PacketFilter filter, Responder responder)
        implements AgentEffect {

    @Override
    public Impact impact() {
        return Impact.DEGRADES;
    }

    /** It is on nobody's way to the target. */
    @Override
    public boolean hits(Hop hop) {
        return false;
    }

    /** What one of two responders passed on would get around the other, so there is one in a namespace. */
    @Override
    public boolean overlaps(Effect other) {
        return other instanceof DnsRedirect redirect
                && namespace.inode() == redirect.namespace().inode();
    }

    @Override
    public String summary() {
        return "give " + place + " " + responder + ", in the container's namespace";
    }

    @Override
    public AgentAction action() {
        return new Order(FilterOrder.of(filter), responder.answer(), responder.names(), responder.addresses());
    }

    /** As the agent is told. */
    record Order(FilterOrder filter, Responder.Answer answer, List<String> names, List<String> addresses)
            implements AgentAction {

        @Override
        public String verb() {
            return "dns";
        }
    }

    /** Another answer, or other names: the responder alone has to know. */
    @Override
    public boolean canBecome(AgentEffect other) {
        return other instanceof DnsRedirect redirect
                && new DnsRedirect(place, namespace, filter, redirect.responder).equals(redirect);
    }

    @Override
    public List<Count> evidence(ActionState state) {
        return List.of(new Count(Leg.Kind.CONTAINER, Direction.OUT, EvidenceUnit.FAILED, state.number(), state.of()));
    }
}
