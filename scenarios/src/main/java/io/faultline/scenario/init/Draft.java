package io.faultline.scenario.init;

import io.faultline.scenario.yaml.ScenarioFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A first scenario, which can be played as it is.
 *
 * @param text of its file
 * @param options of the command that plays it on the system that it was drafted for
 */
public record Draft(String text, String options) {

    private static final int HTTP = 8080;

    /** For a system of which nothing is known. */
    public static Draft template(Path file) {
        return new Draft(
                text(name(file), "the service that is judged", "what it needs", HTTP, "/"),
                "--container client=NAME --container dependency=NAME");
    }

    /**
     * For the system of Compose files.
     *
     * @param texts of the Compose files, each merged into those before it; or what Compose makes of them
     * @throws IllegalArgumentException if they do not have two services; its message begins with a verb
     */
    public static Draft of(Path file, List<Path> compose, List<String> texts) {
        List<ComposeService> services = ComposeFile.services(texts);
        Optional<ComposeService> client = ComposeService.client(services);
        Optional<ComposeService> dependency = client.flatMap(one -> one.dependency(services));
        if (client.isEmpty() || dependency.isEmpty()) {
            throw new IllegalArgumentException("has no two services: one that is judged, and one that it needs.");
        }
        return of(file, compose, client.get(), dependency.get());
    }

    private static Draft of(Path file, List<Path> compose, ComposeService client, ComposeService dependency) {
        int port = client.ports().stream().findFirst().orElse(HTTP);
        String text = text(
                name(file),
                "the service " + client.name() + ", which is judged",
                "the service " + dependency.name() + ", which it needs",
                port,
                client.healthPath().orElse("/"));
        return new Draft(
                text,
                compose.stream().map(each -> "--compose " + each + " ").collect(Collectors.joining()) + "--role client="
                        + client.name() + " --role dependency=" + dependency.name());
    }

    private static String name(Path file) {
        String name = String.valueOf(file.getFileName())
                .replace(ScenarioFile.SUFFIX, "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        return name.isEmpty() ? "first" : name;
    }

    private static String text(String name, String client, String dependency, int port, String path) {
        return """
                # A scenario: what is well, what is done to it, and what is expected under it and after it.
                # docs/SCENARIOS.md has all that can be written here.
                format: 1
                name: %s
                version: 1
                title: What the service depends on is frozen
                why: A client that waits for an answer without a bound waits as long as it takes, and so do its callers.
                good: Every request is answered in time, with an error if need be, and works again as soon as it can.
                fix: Give each request to the dependency a deadline of its own, and answer 503 when it has passed.
                tags: [mine]

                roles:
                  client: "%s"
                  dependency: "%s"

                # 'faultline run ... --set path=/orders' sets them otherwise.
                parameters:
                  port: {default: %d, about: the port in its container at which the client serves HTTP}
                  # Choose a request for which the client needs its dependency; many health checks do not.
                  path: {default: "%s", about: a request that needs the dependency}

                probes:
                  works: {http: {role: client, port: "${port}", path: "${path}", status: 200, within: 4s}}
                  reports-failure: {http: {role: client, port: "${port}", path: "${path}", status: [500, 502, 503, 504], within: 4s}}

                # Passes before anything is done, and again at the end.
                steady: [works]

                steps:
                  # Other faults, of which docs/FAULTS.md has the list:
                  #   - inject: {partition: dependency}
                  #   - inject: {latency: {target: dependency, delay: 500ms}}
                  - inject: {pause: dependency}
                    as: fault
                  - expect: the client reports in time that it cannot
                    probe: reports-failure
                    within: 10s
                  - heal: fault
                  - expect: it works again
                    probe: works
                    within: 10s
                """.formatted(name, client, dependency, port, path);
    }
}
