package io.faultline.scenario.cli;

import io.faultline.scenario.system.ComposeSystem;
import io.faultline.scenario.system.Containers;
import io.faultline.scenario.system.UserSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that choose a system of the user's own to play on. */
final class SystemChoice {

    @Option(
            names = "--compose",
            paramLabel = "FILE",
            description =
                    "Play on the system of this Compose file; given again, each file is merged into those before it. One "
                            + "that runs already is joined and left running; else it is started beside whatever runs, and removed.")
    private List<Path> compose = new ArrayList<>();

    @Option(
            names = "--project",
            paramLabel = "NAME",
            description = "Join this running Compose project, and leave it running.")
    private Optional<String> project = Optional.empty();

    @Option(
            names = "--role",
            paramLabel = "ROLE=SERVICE",
            description = "Which Compose service plays a role. Without, the one that is called as the role is.")
    private Map<String, String> services = new LinkedHashMap<>();

    @Option(
            names = "--container",
            paramLabel = "ROLE=CONTAINER",
            description =
                    "Which running container plays a role: its name, the beginning of its id, or label=KEY=VALUE.")
    private Map<String, String> containers = new LinkedHashMap<>();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * The system that was chosen; empty for reference systems.
     *
     * @throws ParameterException if the options do not fit together, or the file cannot be read
     */
    Optional<UserSystem> chosen() {
        boolean isCompose = !compose.isEmpty() || project.isPresent();
        List<String> problems = new ArrayList<>();
        if (isCompose && !containers.isEmpty()) {
            problems.add(
                    "--container does not go together with --compose and --project. Name all containers, or none.");
        }
        if (!isCompose && !services.isEmpty()) {
            problems.add("--role names a service of a Compose project. Add --compose FILE or --project NAME, or use "
                    + "--container.");
        }
        if (!problems.isEmpty()) {
            throw new ParameterException(spec.commandLine(), String.join(System.lineSeparator(), problems));
        }
        try {
            if (isCompose) {
                return Optional.of(new ComposeSystem(compose, project, services));
            }
            return containers.isEmpty() ? Optional.empty() : Optional.of(new Containers(containers));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** As reports call it. */
    String describe() {
        if (!compose.isEmpty()) {
            return compose.stream()
                    .map(file -> String.valueOf(file.getFileName()))
                    .collect(Collectors.joining(", "));
        }
        return project.orElseGet(() -> String.join(", ", containers.values()));
    }
}
