package io.faultline.scenario.system;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import io.faultline.docker.container.Inspection;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.testcontainers.containers.ContainerState;

/** A container that somebody else has started, as Testcontainers' own are seen. Immutable; says nothing on who removes it. */
final class RunningContainer implements ContainerState {

    private final InspectContainerResponse info;

    private RunningContainer(InspectContainerResponse info) {
        this.info = info;
    }

    /** @throws com.github.dockerjava.api.exception.NotFoundException if there is none of this id */
    static RunningContainer of(DockerClient client, String id) {
        return new RunningContainer(Inspection.of(client, id));
    }

    @Override
    public String getContainerId() {
        return info.getId();
    }

    /** As it was when it was looked up. */
    @Override
    public InspectContainerResponse getContainerInfo() {
        return info;
    }

    @Override
    public List<Integer> getExposedPorts() {
        ExposedPort[] exposed = Objects.requireNonNullElse(info.getConfig().getExposedPorts(), new ExposedPort[0]);
        return Arrays.stream(exposed).map(ExposedPort::getPort).toList();
    }
}
