package io.faultline.scenario.junit;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.scenario.JvmClient;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.UnboundRoleException;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.run.SystemSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.testcontainers.containers.ContainerState;

/**
 * Containers of a test, by the roles that they play. The test has started them, and ends them.
 *
 * @param client that runs in this JVM, if it is none of them
 */
record OwnContainers(Map<String, ContainerState> containers, Optional<JvmClient> client) implements SystemSource {

    OwnContainers {
        containers = new LinkedHashMap<>(containers);
    }

    /** @throws IllegalArgumentException if a role of the scenario is played by none of them, or by one that does not run */
    @Override
    public RunningSystem open(Scenario scenario, DockerRun run, Faultline faultline, Consumer<String> prepares) {
        List<String> problems = new ArrayList<>();
        scenario.roles().forEach((role, what) -> {
            ContainerState container = containers.get(role);
            if (container == null) {
                problems.add("Nobody plays the role \"" + role + "\" (" + what
                        + "); the roles of the test's containers are " + containers.keySet() + ".");
            } else if (!container.isRunning()) {
                problems.add("The container that plays the role \"" + role + "\" does not run. Start it first, or did "
                        + "an earlier test end it?");
            }
        });
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", problems));
        }
        return new Playing(
                scenario.roles().keySet().stream()
                        .collect(Collectors.toMap(
                                Function.identity(), containers::get, (one, other) -> one, LinkedHashMap::new)),
                client);
    }

    private record Playing(Map<String, ContainerState> containers, Optional<JvmClient> client)
            implements RunningSystem {

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
        public Optional<JvmClient> clientInThisJvm() {
            return client;
        }

        @Override
        public void close() {
            client.ifPresent(JvmClient::close);
        }
    }
}
