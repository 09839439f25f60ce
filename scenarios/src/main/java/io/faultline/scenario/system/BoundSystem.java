package io.faultline.scenario.system;

import com.github.dockerjava.api.DockerClient;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.UnboundRoleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.ContainerState;

/** Containers by the roles that they play, and what takes them away. */
final class BoundSystem implements RunningSystem {

    private final Map<String, ContainerState> containers;
    private final Runnable leaving;

    private BoundSystem(Map<String, ContainerState> containers, Runnable leaving) {
        this.containers = containers;
        this.leaving = leaving;
    }

    /**
     * @param ids of the containers, by role
     * @param leaving is run when it is closed
     */
    static BoundSystem of(DockerClient client, Map<String, String> ids, Runnable leaving) {
        Map<String, ContainerState> containers = new LinkedHashMap<>();
        ids.forEach((role, id) -> containers.put(role, RunningContainer.of(client, id)));
        return new BoundSystem(containers, leaving);
    }

    @Override
    public List<String> roles() {
        return List.copyOf(containers.keySet());
    }

    @Override
    public ContainerState container(String role) {
        ContainerState container = containers.get(role);
        if (container == null) {
            throw new UnboundRoleException(
                    "Nobody plays the role \"" + role + "\" in this system (its roles are " + roles() + ").");
        }
        return container;
    }

    @Override
    public void close() {
        leaving.run();
    }
}
