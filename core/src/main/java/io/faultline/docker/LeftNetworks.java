package io.faultline.docker;

import com.github.dockerjava.api.model.Network;
import io.faultline.agent.Answers.Found;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** The networks of all runs. One whose run has no running agent any more was left behind, as containers are. */
record LeftNetworks(DockerEngine engine, List<Found> all) {

    static LeftNetworks find(DockerEngine engine) {
        return new LeftNetworks(
                engine,
                engine.client().listNetworksCmd().withFilter("label", List.of(Labels.RUN)).exec().stream()
                        .map(LeftNetworks::found)
                        .toList());
    }

    private static Found found(Network network) {
        String run = Objects.requireNonNull(network.getLabels().get(Labels.RUN), "listed by this label");
        return new Found(run, 0, 0, "network", network.getName());
    }

    List<Found> of(Predicate<Found> wanted) {
        return all.stream().filter(wanted).toList();
    }

    /** Removes each. Comes after the containers, of which one may be on it. */
    void remove(List<Found> networks) {
        networks.forEach(network -> RunNetwork.remove(engine.client(), network.what()));
    }
}
