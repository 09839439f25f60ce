package io.faultline.inject;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.Effect;
import io.faultline.effect.Flow;
import io.faultline.effect.Flows;
import io.faultline.effect.Impact;
import io.faultline.observe.Client;
import io.faultline.observe.ClientNetwork;
import io.faultline.observe.TcpSocket;
import io.faultline.observe.UdpPorts;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Which of the packets that a fault harmed were a client's own, where its sockets do not tell: those of UDP, and of a
 * connection that came and went between two looks. Pure.
 *
 * @param harmed by all effects that harm packets by a packet filter
 * @param network where the client's packets come from, all the time under the fault; empty if that is not known
 * @param ports which UDP ports were the client's
 */
@API(status = Status.INTERNAL)
public record ClientFlows(
        Client client, Reach reach, List<HarmedFlows> harmed, Optional<ClientNetwork> network, UdpPorts ports) {

    public ClientFlows {
        harmed = List.copyOf(harmed);
    }

    /**
     * What of the client's was harmed first, in words: a datagram, or a request for a connection. What else TCP sends says
     * nothing: a kernel acknowledges, closes and refuses by itself.
     *
     * @param until what was harmed later does not count, as {@link System#nanoTime()}
     */
    public Optional<String> sent(long until) {
        return harmed.stream()
                .flatMap(each -> each.known().stream()
                        .flatMap(flows -> flows.met().stream())
                        .filter(flow -> flow.firstNanos() - until <= 0 && mayBeClients(each.effect(), flow))
                        .filter(this::isClients)
                        .map(flow -> describe(flow, each.effect().impact())))
                .findFirst();
    }

    /** Whether it asks something of a target, and comes from where the client lives. */
    private boolean mayBeClients(AgentEffect effect, Flow flow) {
        boolean asks = flow.asks() || flow.transport().equals("udp");
        return asks
                && network.filter(where -> where.sends(
                                flow.source().address(), effect.namespace().inode()))
                        .isPresent()
                && reach.isToTarget(flow.destination().address(), effect, client);
    }

    private boolean isClients(Flow flow) {
        Flow.End source = flow.source();
        return network.filter(ClientNetwork::isOwn).isPresent()
                || (!flow.asks() && ports.had(source.address(), source.port(), flow.firstNanos()));
    }

    private static String describe(Flow flow, Impact impact) {
        String what = flow.asks() ? "its request for a connection to " : "its datagram to ";
        return what
                + flow.destination()
                + switch (impact) {
                    case REFUSES -> " was refused";
                    case DEGRADES -> " was lost";
                    default -> " was dropped";
                };
    }

    /** What is not known of whose packets were harmed, in a sentence; empty if all is. */
    public Optional<String> unknown() {
        Optional<String> forgetful = harmed.stream()
                .filter(each -> each.known().isEmpty())
                .flatMap(each -> each.effect().filteredBy().stream())
                .findFirst()
                .map(filter -> "Whose datagrams were stopped, and whose requests for a connection, is not known with "
                        + filter.flavour().wireName() + " here; nftables remembers it, from Linux 5.4 on.");
        return forgetful
                .or(() -> flows().anyMatch(Flows::full)
                        ? Optional.of("So many different packets met the fault that not all are remembered: "
                                + "let fewer others talk to the target meanwhile.")
                        : Optional.empty())
                .or(this::another);
    }

    /** Somebody where the client lives asked, but others live there, too. */
    private Optional<String> another() {
        return harmed.stream()
                .flatMap(each -> each.known().stream()
                        .flatMap(flows -> flows.met().stream())
                        .filter(flow -> mayBeClients(each.effect(), flow) && !isClients(flow)))
                .findFirst()
                .map(flow -> flow.source().address() + " asked for " + flow.destination()
                        + ", but others send from that address as well, and the client's socket was gone before it was "
                        + "looked at. Run the client in a container of its own, or let it say itself how it failed.");
    }

    private Stream<Flows> flows() {
        return harmed.stream().flatMap(each -> each.known().stream());
    }

    /**
     * Whether an effect that refuses packets can have done something to a connection by a moment: some packet of it was
     * refused by then. Where that is not known, it can.
     *
     * @param until as {@link System#nanoTime()}
     */
    public boolean mayHaveRefused(Effect effect, TcpSocket connection, long until) {
        Optional<Flows> known = harmed.stream()
                .filter(each -> each.effect().equals(effect))
                .flatMap(each -> each.known().stream())
                .findFirst();
        if (known.isEmpty() || known.get().full()) {
            return true;
        }
        Flow.End own =
                new Flow.End(connection.local().address(), connection.local().port());
        if (reach.isDirect(connection)) {
            return known.get().met().stream()
                    .filter(flow ->
                            flow.source().equals(own) || flow.destination().equals(own))
                    .anyMatch(flow -> isOfConnections(flow, until));
        }
        // Behind docker-proxy it is another connection whose packets are refused, and which ends this one with it.
        return harmed.stream().anyMatch(each -> each.known().isEmpty())
                || flows().anyMatch(flows ->
                        flows.full() || flows.met().stream().anyMatch(flow -> isOfConnections(flow, until)));
    }

    private static boolean isOfConnections(Flow flow, long until) {
        return flow.transport().equals("tcp") && flow.firstNanos() - until <= 0;
    }
}
