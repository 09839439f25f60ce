package io.faultline.fault.packet;

import io.faultline.effect.NetworkDetachment;
import io.faultline.fault.About;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.AttachedNetwork;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Unplugs a container, as {@code docker network disconnect} does: its interface goes, its name no longer resolves, its
 * published ports are refused, its own sends fail at once. Healing plugs it in again as it was, but a port that was
 * published on a random port of the host comes back on another: see {@code Faultline.mappedPort}. Immutable.
 */
public final class Disconnect implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of("disconnect", Options.class, "Detaches a container from its networks.")
            .variant(
                    "Disconnect",
                    Needs.dockerSocket(),
                    "networks detached, published ports gone: the state itself",
                    "connected again as before, by a rollback container if the JVM dies; published host ports change",
                    "one container an injection, which holds the Docker socket");

    private static final String NO_NETWORK = "none";

    private final Target target;
    private final List<String> networks;

    private Disconnect(Target target, List<String> networks) {
        this.target = target;
        this.networks = List.copyOf(networks);
    }

    /** From all its networks. */
    public static Disconnect of(Target target) {
        return new Disconnect(target, List.of());
    }

    /**
     * Only from these of its networks.
     *
     * @param networks their names or full ids, as Testcontainers' {@code Network.getId()} gives
     * @throws IllegalArgumentException if none is named
     */
    public Disconnect from(String... networks) {
        if (networks.length == 0) {
            throw new IllegalArgumentException(
                    this + ".from() names no network. Name at least one, or leave it out to disconnect from all.");
        }
        return new Disconnect(target, List.of(networks));
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        ResolvedTarget resolved = topology.resolved(target);
        List<AttachedNetwork> attached = resolved.attachments().stream()
                .filter(each -> !each.name().equals(NO_NETWORK))
                .toList();
        if (attached.isEmpty()) {
            throw new TargetException("Cannot inject " + this + ": " + target
                    + " is attached to no network, so there is nothing to disconnect. Start it on one.");
        }
        networks.forEach(name -> requireAttached(name, attached));
        List<AttachedNetwork> meant = attached.stream().filter(this::isMeant).toList();
        List<AttachedNetwork> remaining =
                attached.stream().filter(each -> !isMeant(each)).toList();
        return new Plan(
                List.of(new NetworkDetachment(target.toString(), resolved.containerId(), meant, remaining)),
                remaining.stream()
                        .map(each -> target + " stays attached to " + each)
                        .toList());
    }

    private void requireAttached(String name, List<AttachedNetwork> attached) {
        if (attached.stream().noneMatch(each -> each.isCalled(name))) {
            throw new TargetException(
                    "Cannot inject " + this + ": " + target + " is not attached to a network \"" + name
                            + "\" (attached to: "
                            + attached.stream().map(AttachedNetwork::toString).collect(Collectors.joining(", "))
                            + "). Name one of these, by its name or its full id.");
        }
    }

    private boolean isMeant(AttachedNetwork network) {
        return networks.isEmpty() || networks.stream().anyMatch(network::isCalled);
    }

    @Override
    public String toString() {
        return "Disconnect[" + target + (networks.isEmpty() ? "" : " from " + String.join(", ", networks)) + "]";
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,

            @About("Only from this network, by its name in the engine.")
            Optional<String> network)
            implements FaultFactory {

        @Override
        public Fault make() {
            Disconnect fault = of(target);
            return network.map(fault::from).orElse(fault);
        }
    }
}
