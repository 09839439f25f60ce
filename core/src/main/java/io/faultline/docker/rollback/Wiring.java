package io.faultline.docker.rollback;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports.Binding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a container is wired to the world at one moment.
 *
 * @param process its first process as the Docker host numbers it; 0 if it does not run
 * @param paused whether it is in Docker's freezer
 * @param addresses those that it has, by the names of its networks
 * @param published where its ports are published on the Docker host, as {@code 127.0.0.1:32768}, by port
 */
record Wiring(long process, boolean paused, Map<String, Set<String>> addresses, Map<String, Set<String>> published) {

    static final Wiring GONE = new Wiring(0, false, Map.of(), Map.of());

    static Wiring of(InspectContainerResponse container) {
        Map<String, Set<String>> addresses = new TreeMap<>();
        container
                .getNetworkSettings()
                .getNetworks()
                .forEach((name, network) -> addresses.put(name, addresses(network)));
        Map<String, Set<String>> published = new TreeMap<>();
        if (container.getNetworkSettings().getPorts() != null) {
            container.getNetworkSettings().getPorts().getBindings().forEach((port, bindings) -> {
                if (bindings != null) {
                    published.put(name(port), bindings(bindings));
                }
            });
        }
        Long process = container.getState().getPidLong();
        return new Wiring(
                process == null ? 0 : process,
                Boolean.TRUE.equals(container.getState().getPaused()),
                addresses,
                published);
    }

    private static Set<String> addresses(ContainerNetwork network) {
        return Stream.of(network.getIpAddress(), network.getGlobalIPv6Address())
                .filter(Objects::nonNull)
                .filter(address -> !address.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String name(ExposedPort port) {
        return port.getPort() + "/" + port.getProtocol();
    }

    private static Set<String> bindings(Binding[] bindings) {
        return Arrays.stream(bindings)
                .map(binding ->
                        (binding.getHostIp().contains(":") ? "[" + binding.getHostIp() + "]" : binding.getHostIp())
                                + ":" + binding.getHostPortSpec())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    boolean isAttachedTo(String network) {
        return addresses.containsKey(network);
    }

    long places() {
        return published.values().stream().mapToLong(Set::size).sum();
    }

    /** How many of its published places another moment does not have. */
    long placesNotIn(Wiring other) {
        return published.entrySet().stream()
                .mapToLong(each -> each.getValue().stream()
                        .filter(place -> !other.published
                                .getOrDefault(each.getKey(), Set.of())
                                .contains(place))
                        .count())
                .sum();
    }

    /** What is otherwise later, in words: others may go on using what was. */
    List<String> changes(String place, Wiring later) {
        List<String> changes = new ArrayList<>();
        addresses.forEach((network, before) -> {
            Set<String> now = later.addresses.getOrDefault(network, Set.of());
            if (!now.equals(before)) {
                changes.add("address of " + place + " on \"" + network + "\": " + words(before) + " before, "
                        + words(now) + " now");
            }
        });
        published.forEach((port, before) -> {
            Set<String> now = later.published.getOrDefault(port, Set.of());
            if (!now.equals(before)) {
                changes.add("published port " + port + " of " + place + ": " + words(before) + " before, " + words(now)
                        + " now; Testcontainers' getMappedPort goes on telling the old one, ask Faultline.mappedPort");
            }
        });
        return changes;
    }

    private static String words(Set<String> each) {
        return each.isEmpty() ? "none" : String.join(", ", each);
    }
}
