package io.faultline.inject;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.Effect;
import io.faultline.effect.Flow;
import io.faultline.effect.Flow.What;
import io.faultline.effect.Flows;
import io.faultline.observe.Client;
import io.faultline.observe.ClientNetwork;
import io.faultline.observe.ClientPorts;
import io.faultline.observe.TcpSocket;
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
 * @param ports which ports were the client's, as far as looks tell
 */
@API(status = Status.INTERNAL)
public record ClientFlows(
        Client client, Reach reach, List<HarmedFlows> harmed, Optional<ClientNetwork> network, ClientPorts ports) {

    public ClientFlows {
        harmed = List.copyOf(harmed);
    }

    /**
     * What of the client's was harmed, in words: a datagram or an answer to one, a request for a connection, or what was written
     * into one that was never seen. What else TCP sends says nothing: a kernel acknowledges, closes and refuses by itself.
     *
     * @param until what was harmed later does not count, as {@link System#nanoTime()}
     */
    public Optional<String> first(long until) {
        return met().filter(each -> each.flow().firstNanos() - until <= 0)
                .flatMap(each -> describe(each).stream())
                .findFirst();
    }

    /** The effects that the client is known to have met. */
    public Stream<Effect> effects() {
        return met().filter(each -> describe(each).isPresent()).map(Met::effect);
    }

    /** A flow that an effect harmed. */
    private record Met(AgentEffect effect, Flow flow) {

        boolean isDatagram() {
            return flow.transport().equals("udp");
        }
    }

    private Stream<Met> met() {
        return harmed.stream()
                .flatMap(each -> each.known().stream()
                        .flatMap(flows -> flows.met().stream())
                        .map(flow -> new Met(each.effect(), flow)));
    }

    /** Empty if it is not the client's. */
    private Optional<String> describe(Met met) {
        Flow flow = met.flow();
        String how = switch (met.effect().impact()) {
            case REFUSES -> " was refused";
            case DEGRADES -> " was lost";
            default -> " was dropped";
        };
        if (isQuestion(met) && isClients(met)) {
            String what = met.isDatagram() ? "its datagram" : "what it wrote";
            return Optional.of((flow.what() == What.ASKS ? "its request for a connection" : what) + " to "
                    + flow.destination() + how);
        }
        return isAnswer(met) ? Optional.of("an answer to it from " + flow.source() + how) : Optional.empty();
    }

    /** Whether it asks something of a target, and comes from where the client lives. */
    private boolean isQuestion(Met met) {
        Flow flow = met.flow();
        boolean asks = flow.what() == What.ASKS
                || (flow.what() == What.DATA && isAsked(met.effect(), flow.source(), flow.destination()));
        return asks && isBetween(met.effect(), flow.source(), flow.destination());
    }

    /** Whether it is on its way from a target's service to a client that has asked it. */
    private boolean isAnswer(Met met) {
        Flow.End client = met.flow().destination();
        Flow.End service = met.flow().source();
        return met.isDatagram()
                && isAsked(met.effect(), client, service)
                && isBetween(met.effect(), client, service)
                && ports.hadUdp(client.address(), client.port(), met.flow().firstNanos());
    }

    /** Which side has asked is not in a packet; but a client's port is one that the kernel chose, and a service's is not. */
    private boolean isAsked(AgentEffect effect, Flow.End by, Flow.End service) {
        return network.filter(where -> by.port() >= where.firstChosenPort()).isPresent()
                && (service.port() < ClientNetwork.USUAL_FIRST_CHOSEN_PORT || reach.isAtProxy(effect));
    }

    /** Whether one end is where the client lives, and the other a target's. */
    private boolean isBetween(AgentEffect effect, Flow.End clients, Flow.End targets) {
        return network.filter(where ->
                                where.has(clients.address(), effect.namespace().inode()))
                        .isPresent()
                && reach.isTargets(targets.address(), effect, client);
    }

    /** Whether what comes from where the client lives is its own. What happens on a connection that was seen, its sockets tell. */
    private boolean isClients(Met met) {
        Flow.End source = met.flow().source();
        boolean isAlone = network.filter(ClientNetwork::isOwn).isPresent();
        if (met.isDatagram()) {
            return isAlone
                    || ports.hadUdp(source.address(), source.port(), met.flow().firstNanos());
        }
        return isAlone && (met.flow().what() == What.ASKS || !wasSeen(source));
    }

    private boolean wasSeen(Flow.End local) {
        return ports.sawConnection(new TcpSocket.Endpoint(local.address(), local.port()));
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

    /** Somebody where the client lives sent something, which may have been another, or an answer. */
    private Optional<String> another() {
        return met().filter(each -> each.flow().what() != What.OTHER)
                .filter(each -> isBetween(
                        each.effect(), each.flow().source(), each.flow().destination()))
                .filter(each -> describe(each).isEmpty())
                .filter(each -> each.isDatagram() || !wasSeen(each.flow().source()))
                .findFirst()
                .map(each -> each.flow().source() + " sent something to "
                        + each.flow().destination() + ", but "
                        + (isClients(each)
                                ? "by these ports it can have been an answer."
                                : "others send from that address as well, and no socket of the client's was seen there. Run "
                                        + "the client in a container of its own, or let it say itself how it failed."));
    }

    private Stream<Flows> flows() {
        return harmed.stream().flatMap(each -> each.known().stream());
    }

    /**
     * Whether an effect can have done something to a connection by a moment. One that harms packets has to have harmed one of
     * its own by then; where that is not known, it can.
     *
     * @param until as {@link System#nanoTime()}
     */
    public boolean canHaveReached(Effect effect, TcpSocket connection, long until) {
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
        // Behind docker-proxy it is another connection whose packets are harmed, and this one shows it.
        return harmed.stream().anyMatch(each -> each.known().isEmpty())
                || flows().anyMatch(flows ->
                        flows.full() || flows.met().stream().anyMatch(flow -> isOfConnections(flow, until)));
    }

    private static boolean isOfConnections(Flow flow, long until) {
        return flow.transport().equals("tcp") && flow.firstNanos() - until <= 0;
    }
}
