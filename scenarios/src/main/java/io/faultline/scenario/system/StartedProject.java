package io.faultline.scenario.system;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.faultline.docker.RunNetwork;
import io.faultline.docker.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A Compose project that was started under a name of ours. It is removed by what carries that name in its labels: a volume or
 * network that is shared under a name of its own was not made for it, and {@code docker compose down} would remove it too.
 */
record StartedProject(DockerClient client, String name) {

    List<Candidate> containers() {
        return client
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Candidate.PROJECT, name))
                .exec()
                .stream()
                .map(Candidate::of)
                .toList();
    }

    /**
     * Removes it, also on an interrupted thread, whose interruption the engine's client would obey.
     *
     * @throws EngineException if something of it could not be removed; the rest is
     */
    void remove() {
        boolean interrupted = Thread.interrupted();
        try {
            removeAll();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void removeAll() {
        List<RuntimeException> failures = new ArrayList<>();
        containers()
                .forEach(container -> attempt(
                        () -> client.removeContainerCmd(container.id())
                                .withForce(true)
                                .withRemoveVolumes(true)
                                .exec(),
                        failures));
        List<String> label = List.of(Candidate.PROJECT + "=" + name);
        client.listNetworksCmd()
                .withFilter("label", label)
                .exec()
                .forEach(network -> attempt(() -> RunNetwork.remove(client, network.getId()), failures));
        List<InspectVolumeResponse> volumes = Objects.requireNonNullElse(
                client.listVolumesCmd().withFilter("label", label).exec().getVolumes(), List.of());
        volumes.forEach(
                volume -> attempt(() -> client.removeVolumeCmd(volume.getName()).exec(), failures));
        images().forEach(image ->
                attempt(() -> client.removeImageCmd(image).withNoPrune(true).exec(), failures));
        if (!failures.isEmpty()) {
            EngineException failure = new EngineException(
                    "Cannot remove all of the Compose project \"" + name + "\": "
                            + failures.get(0).getMessage() + ". Remove the rest: docker compose -p " + name
                            + " down --volumes",
                    failures.get(0));
            failures.stream().skip(1).forEach(failure::addSuppressed);
            throw failure;
        }
    }

    /** Those that Compose has built and called after the project; one that the file gives a name is the user's. */
    private Stream<String> images() {
        return client.listImagesCmd().withLabelFilter(Map.of(Candidate.PROJECT, name)).exec().stream()
                .flatMap(image -> Stream.ofNullable(image.getRepoTags()).flatMap(Stream::of))
                .filter(tag -> tag.startsWith(name + "-"));
    }

    private static void attempt(Runnable removal, List<RuntimeException> failures) {
        try {
            removal.run();
        } catch (NotFoundException gone) {
            return; // somebody else was faster
        } catch (ConflictException e) {
            if (!String.valueOf(e.getMessage()).contains("already in progress")) {
                failures.add(e);
            }
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }
}
