package io.faultline.scenario.system;

import com.github.dockerjava.api.DockerClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A Compose project that runs already, found by the labels that Compose gives. */
record RunningProject(String name, List<Candidate> containers) {

    /**
     * The one that was chosen by its name, or that was made of the chosen file.
     *
     * @return empty if a file was chosen and nothing that was made of it runs
     * @throws BindingException if the named one does not run, or several were made of the file
     */
    static Optional<RunningProject> find(ComposeSystem chosen, DockerClient client) {
        return find(chosen, Candidate.all(client));
    }

    static Optional<RunningProject> find(ComposeSystem chosen, List<Candidate> all) {
        if (chosen.project().isPresent()) {
            return Optional.of(named(chosen.project().get(), all));
        }
        List<String> projects = names(all, chosen::isMade);
        if (projects.size() > 1) {
            throw new BindingException("Several running projects were made of " + chosen.described() + ": "
                    + Binding.listed(projects) + ". Choose one: --project NAME.");
        }
        return projects.stream().findFirst().map(name -> named(name, all));
    }

    private static RunningProject named(String name, List<Candidate> all) {
        List<Candidate> containers = all.stream()
                .filter(candidate -> candidate.has(Candidate.PROJECT, name))
                .toList();
        if (containers.stream().noneMatch(Candidate::isRunning)) {
            throw new BindingException("No project \"" + name + "\" runs (running: "
                    + Binding.listed(names(all, any -> true))
                    + "). Start it first, or leave --project out and Faultline starts one of the file.");
        }
        return new RunningProject(name, containers);
    }

    private static List<String> names(List<Candidate> all, Predicate<Candidate> wanted) {
        return all.stream()
                .filter(Candidate::isRunning)
                .filter(wanted)
                .map(candidate -> candidate.labels().getOrDefault(Candidate.PROJECT, ""))
                .filter(name -> !name.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    /** The container of each role, by its id. */
    Map<String, String> bound(List<Role> roles, Map<String, String> services) {
        List<String> there = containers.stream()
                .filter(Candidate::isRunning)
                .map(candidate -> candidate.labels().getOrDefault(Candidate.SERVICE, ""))
                .filter(service -> !service.isEmpty())
                .distinct()
                .sorted()
                .toList();
        Map<String, String> ids = new LinkedHashMap<>();
        new Binding(services, there, "the running project \"" + name + "\"")
                .of(roles)
                .forEach((role, service) ->
                        ids.put(role, one(service, containers).id()));
        return ids;
    }

    /**
     * The only container of a service.
     *
     * @throws BindingException if it has none or several
     */
    static Candidate one(String service, List<Candidate> containers) {
        List<Candidate> all = containers.stream()
                .filter(candidate -> candidate.isOfService(service))
                .toList();
        List<Candidate> meant = all.stream().filter(Candidate::isRunning).toList();
        if (meant.isEmpty()) {
            meant = all;
        }
        if (meant.size() == 1) {
            return meant.get(0);
        }
        throw new BindingException("The service \"" + service + "\" has " + meant.size() + " containers ("
                + Binding.listed(meant.stream().map(Candidate::described).toList())
                + "), but one has to play. Scale it to 1, or name containers with --container.");
    }
}
