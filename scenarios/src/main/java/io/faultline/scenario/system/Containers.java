package io.faultline.scenario.system;

import com.github.dockerjava.api.DockerClient;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.scenario.RunningSystem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Containers that run already, and are left running.
 *
 * @param references how each is meant, by role: its name, the beginning of its id, or {@code label=KEY=VALUE}
 */
public record Containers(Map<String, String> references) implements UserSystem {

    /** @throws IllegalArgumentException if there is none, or one means no container */
    public Containers {
        references = Map.copyOf(references);
        if (references.isEmpty()) {
            throw new IllegalArgumentException("Name at least one container: --container ROLE=NAME.");
        }
        references.values().forEach(ContainerReference::new);
    }

    @Override
    public void check(List<Role> roles) {
        bound(roles, DockerEngine.connect().client());
    }

    @Override
    public RunningSystem open(DockerRun run, List<Role> roles, Consumer<String> prepares) {
        DockerClient client = run.engine().client();
        return BoundSystem.of(client, bound(roles, client), () -> {});
    }

    private Map<String, String> bound(List<Role> roles, DockerClient client) {
        List<Candidate> all = Candidate.all(client);
        List<String> problems = new ArrayList<>();
        Map<String, String> bound = new LinkedHashMap<>();
        for (Role role : roles) {
            try {
                bound.put(role.name(), one(role, all).id());
            } catch (BindingException e) {
                problems.add(e.getMessage());
            }
        }
        List<String> names = roles.stream().map(Role::name).toList();
        references.forEach((role, reference) -> {
            if (!names.contains(role)) {
                problems.add("--container " + role + "=" + reference + ": there is no role \"" + role + "\" (roles: "
                        + Binding.listed(names) + ").");
            }
        });
        problems.addAll(shared(bound));
        if (!problems.isEmpty()) {
            throw new BindingException(
                    problems,
                    List.of("Running containers: "
                            + Binding.listed(all.stream()
                                    .filter(Candidate::isRunning)
                                    .map(Candidate::described)
                                    .sorted()
                                    .toList())
                            + "."));
        }
        return bound;
    }

    private Candidate one(Role role, List<Candidate> all) {
        String reference = references.get(role.name());
        if (reference == null) {
            throw new BindingException("The role \"" + role.name() + "\" (" + role.what()
                    + ") is not bound. Write --container " + role.name() + "=NAME.");
        }
        return new ContainerReference(reference).among(all);
    }

    private static List<String> shared(Map<String, String> bound) {
        Map<String, String> roles = new HashMap<>();
        List<String> problems = new ArrayList<>();
        bound.forEach((role, id) -> {
            String other = roles.putIfAbsent(id, role);
            if (other != null) {
                problems.add("The roles " + other + " and " + role
                        + " are bound to the same container. Bind each to one of its own.");
            }
        });
        return problems;
    }
}
