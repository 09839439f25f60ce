package io.faultline.scenario.probe;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.ProjectImage;
import io.faultline.scenario.RunningSystem;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerState;

/** A system of one role, whose container may be gone. */
record OneContainer(String id) implements RunningSystem, ContainerState {

    /** Starts a Redis without a published port, which belongs to no run. */
    static String start(DockerClient client) {
        String image = ProjectImage.build(
                DockerEngine.connect(), "faultline/reference-redis", "/io/faultline/scenario/redis/");
        String id = client.createContainerCmd(image).exec().getId();
        client.startContainerCmd(id).exec();
        return id;
    }

    @Override
    public List<String> roles() {
        return List.of("client");
    }

    @Override
    public ContainerState container(String role) {
        return this;
    }

    @Override
    public String getContainerId() {
        return id;
    }

    @Override
    public InspectContainerResponse getContainerInfo() {
        return DockerClientFactory.instance().client().inspectContainerCmd(id).exec();
    }

    @Override
    public List<Integer> getExposedPorts() {
        return List.of();
    }

    @Override
    public void close() {}
}
