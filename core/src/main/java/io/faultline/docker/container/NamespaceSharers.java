package io.faultline.docker.container;

import com.github.dockerjava.api.model.Container;
import io.faultline.agent.Agent;
import io.faultline.agent.Answers.Sharer;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.Labels;
import io.faultline.topology.NetworkMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The containers that live in the network or pid namespace of another one. When that one ends, they lose it: its network has
 * only loopback left, its pid namespace is ended by the kernel with all that is in it. Starting it again gives neither back.
 */
public final class NamespaceSharers {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    private final DockerEngine engine;

    public NamespaceSharers(DockerEngine engine) {
        this.engine = engine;
    }

    /**
     * What each of them would lose.
     *
     * @param pid the container's first process
     * @param mode of the container: nobody loses a network that is not its own
     * @return a few words for each: {@code "sidecar" its network}
     */
    public List<String> of(Agent agent, int pid, NetworkMode mode) {
        List<Sharer> found = agent.sharers(pid).stream()
                .filter(each -> each.processes() || (mode.isOwn() && each.network()))
                .toList();
        if (found.isEmpty()) {
            return List.of();
        }
        Map<String, String> names = engine.client().listContainersCmd().exec().stream()
                .filter(each -> !isAgent(each))
                .collect(Collectors.toMap(Container::getId, each -> each.getNames()[0].substring(1)));
        Function<Sharer, Optional<String>> name =
                each -> id(each.cgroup()).flatMap(id -> Optional.ofNullable(names.get(id)));
        return found.stream()
                .flatMap(each -> name.apply(each).stream()
                        .map(known -> "\"" + known + "\" " + (each.processes() ? "its processes" : "its network")))
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * Whether anything but the container is in its network namespace, a process of the Docker host's included.
     *
     * @param pid the container's first process
     */
    public boolean shareNetwork(Agent agent, int pid) {
        List<Sharer> found = agent.sharers(pid).stream().filter(Sharer::network).toList();
        if (found.isEmpty()) {
            return false;
        }
        Set<String> agents = engine.client().listContainersCmd().exec().stream()
                .filter(NamespaceSharers::isAgent)
                .map(Container::getId)
                .collect(Collectors.toSet());
        return !found.stream()
                .allMatch(each -> id(each.cgroup()).filter(agents::contains).isPresent());
    }

    /** It is everywhere for a moment. */
    private static boolean isAgent(Container container) {
        return "agent".equals(container.getLabels().get(Labels.ROLE));
    }

    private static Optional<String> id(String cgroup) {
        return ID.matcher(cgroup).results().map(MatchResult::group).findFirst();
    }
}
