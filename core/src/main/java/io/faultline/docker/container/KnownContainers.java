package io.faultline.docker.container;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.faultline.agent.Agent;
import io.faultline.agent.AgentException;
import io.faultline.agent.Answers.Look;
import io.faultline.agent.Answers.Proxy;
import io.faultline.agent.Seen;
import io.faultline.topology.PublishedPort.Service;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What Docker said of containers, which is slow to ask: most of an injection's time. It holds for as long as the kernel shows the
 * same process in the same network namespace, not suspended, with the same interfaces and addresses, and the same processes of
 * docker-proxy that lead there. Only for targets that are full ids: a name can be another container's by now. Thread-safe.
 */
final class KnownContainers {

    private final Agent agent;
    private final ContainerLookup lookup;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    /** One with what a fault needs to know of it. */
    private record Kept(Known known, ResolvedTarget resolved) {}

    /**
     * A container as Docker describes it, as its first process's namespace looked from inside, and the processes by which
     * docker-proxy leads there.
     */
    record Known(InspectContainerResponse said, Look seen, List<Proxy> proxies) {

        /** @param all of the Docker host */
        static Known of(InspectContainerResponse said, Look seen, List<Proxy> all) {
            List<String> addresses = seen.interfaces().stream()
                    .flatMap(each -> each.addresses().stream())
                    .toList();
            return new Known(
                    said,
                    seen,
                    all.stream()
                            .filter(each -> addresses.contains(each.containerAddress()))
                            .toList());
        }

        int pid() {
            return KnownContainers.pid(said);
        }

        /** What all this was read from. */
        Stream<Seen> processes() {
            return Stream.concat(
                    Stream.of(Seen.of(pid(), seen)), proxies.stream().map(Seen::of));
        }

        private boolean isStill(Look now) {
            return now.netns() == seen.netns()
                    && now.started() == seen.started()
                    && !now.frozen()
                    && !now.suspended()
                    && attached(now).equals(attached(seen));
        }

        private static List<Attachment> attached(Look look) {
            return look.interfaces().stream()
                    .map(each -> new Attachment(each.index(), each.addresses()))
                    .toList();
        }
    }

    /** An interface that is made again has another index, whatever its address. */
    private record Attachment(int index, List<String> addresses) {}

    KnownContainers(Agent agent, ContainerLookup lookup) {
        this.agent = agent;
        this.lookup = lookup;
    }

    static int pid(InspectContainerResponse container) {
        Long process = container.getState().getPidLong();
        return Math.toIntExact(Objects.requireNonNull(process, "a running container has one"));
    }

    /**
     * What was found out about all of these the last time. Empty unless all are known, and each has a network of its own: that of
     * others is read each time.
     */
    Optional<Remembered> remembered(List<Target> targets) {
        return before(targets)
                .filter(all -> all.stream()
                        .allMatch(each -> each.resolved().networkMode().isOwn()))
                .map(all -> new Remembered(
                        all.stream().map(Kept::resolved).toList(),
                        all.stream().flatMap(each -> each.known().processes()).toList()));
    }

    /** @param seen what the rest was read from */
    record Remembered(List<ResolvedTarget> resolved, List<Seen> seen) {}

    /** All of these as they were the last time; empty if not all are known. */
    private Optional<List<Kept>> before(List<Target> targets) {
        List<Kept> before = new ArrayList<>();
        for (Target target : targets) {
            Kept one = kept.get(target.reference());
            if (one == null) {
                return Optional.empty();
            }
            lookup.requireAnswers(target, target.reference());
            before.add(one);
        }
        return Optional.of(before);
    }

    /** All of these as they are now, if Docker need not be asked about any. */
    Optional<List<Known>> ifUnchanged(List<Target> targets) {
        return before(targets)
                .flatMap(all ->
                        ifUnchanged(targets, all.stream().map(Kept::known).toList()));
    }

    private Optional<List<Known>> ifUnchanged(List<Target> targets, List<Known> before) {
        List<Proxy> proxies =
                before.stream().flatMap(each -> each.proxies().stream()).toList();
        CompletableFuture<Boolean> leadThere = CompletableFuture.supplyAsync(() -> areStill(proxies));
        List<Look> looks;
        try {
            looks = agent.look(before.stream().map(Known::pid).toList());
            if (!leadThere.join()) {
                return Optional.empty();
            }
        } catch (AgentException | CompletionException gone) { // one of the processes, or the agent, as will be told
            return Optional.empty();
        }
        List<Known> now = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            if (!before.get(i).isStill(looks.get(i))) {
                return Optional.empty();
            }
            now.add(new Known(before.get(i).said(), looks.get(i), before.get(i).proxies())); // with the qdiscs of now
        }
        return Optional.of(now);
    }

    private boolean areStill(List<Proxy> proxies) {
        return proxies.isEmpty()
                || agent.proxiesAmong(proxies.stream().map(Proxy::pid).toList()).equals(proxies);
    }

    /**
     * To be asked about again by {@link #ifUnchanged}. Not those with a published port that docker-proxy does not lead to, or not
     * yet: nothing that the kernel shows would tell that it is another one.
     */
    void keep(List<ResolvedTarget> targets, List<Known> all) {
        for (int i = 0; i < targets.size(); i++) {
            ResolvedTarget each = targets.get(i);
            boolean shows = each.ports().stream().allMatch(port -> port.service() == Service.PROXY);
            if (shows && ContainerLookup.isFullId(each.target())) {
                kept.put(each.containerId(), new Kept(all.get(i), each));
            }
        }
    }
}
