package io.faultline.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Network;
import io.faultline.agent.Answers.Leftover;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.Labels;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The networks, volumes and images that were made for any run. What belongs to a run that has no running agent any more was left
 * behind, as containers are.
 */
record OrphanedResources(DockerEngine engine, List<Leftover> all) {

    private static final String NETWORK = "network";
    private static final String VOLUME = "volume";
    private static final String IMAGE = "image";

    static OrphanedResources find(DockerEngine engine) {
        DockerClient client = engine.client();
        Stream<Leftover> networks = client.listNetworksCmd().withFilter("label", List.of(Labels.RUN)).exec().stream()
                .map(OrphanedResources::network);
        Stream<Leftover> volumes = Stream.ofNullable(client.listVolumesCmd()
                        .withFilter("label", List.of(Labels.RUN))
                        .exec()
                        .getVolumes())
                .flatMap(List::stream)
                .map(OrphanedResources::volume);
        Stream<Leftover> images = client.listImagesCmd().withFilter("label", List.of(Labels.RUN)).exec().stream()
                .map(OrphanedResources::image);
        return new OrphanedResources(
                engine,
                Stream.of(networks, volumes, images).flatMap(each -> each).toList());
    }

    private static Leftover network(Network network) {
        return found(network.getLabels(), NETWORK, network.getName());
    }

    private static Leftover volume(InspectVolumeResponse volume) {
        return found(volume.getLabels(), VOLUME, volume.getName());
    }

    private static Leftover image(Image image) {
        return found(image.getLabels(), IMAGE, image.getId());
    }

    private static Leftover found(Map<String, String> labels, String kind, String name) {
        return new Leftover(Objects.requireNonNull(labels.get(Labels.RUN), "listed by this label"), 0, 0, kind, name);
    }

    List<Leftover> of(Predicate<Leftover> wanted) {
        return all.stream().filter(wanted).toList();
    }

    /** Removes each. Comes after the containers, which use them. */
    void remove(List<Leftover> resources) {
        resources.forEach(this::remove);
    }

    private void remove(Leftover resource) {
        DockerClient client = engine.client();
        try {
            switch (resource.where()) {
                case NETWORK -> RunNetwork.remove(client, resource.what());
                case VOLUME -> client.removeVolumeCmd(resource.what()).exec();
                default ->
                    client.removeImageCmd(resource.what()).withForce(true).exec();
            }
        } catch (NotFoundException | ConflictException e) {
            return; // another sweep was faster, or somebody else uses it now
        }
    }
}
