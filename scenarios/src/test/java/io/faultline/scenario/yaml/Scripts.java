package io.faultline.scenario.yaml;

import io.faultline.scenario.model.Scenario;
import java.util.List;
import java.util.Map;

/** Scenario files for tests of their reader. */
final class Scripts {

    /** One that is right, in whose lines tests write something else. */
    static final String RIGHT = """
            format: 1
            name: slow-database
            version: 1
            title: The database is frozen
            why: It happens.
            good: Errors in time.
            fix: Set a time-out.
            tags: [dependency]
            roles:
              client: the service
              dependency: its database
            parameters:
              port: {default: 8080, about: where the client serves HTTP}
            probes:
              works: {http: {role: client, port: "${port}"}}
              reports-failure: {http: {role: client, port: 8080, status: 503}}
            steady: [works]
            steps:
              - inject: {pause: dependency}
                as: pause
              - expect: it reports it
                probe: reports-failure
                within: 5s
              - heal: pause
            """;

    private Scripts() {}

    /** The right one with something else instead of this. */
    static String with(String there, String instead) {
        if (!RIGHT.contains(there)) {
            throw new IllegalArgumentException("There is no " + there);
        }
        return RIGHT.replace(there, instead);
    }

    static Scenario read(String text) {
        return ScenarioFile.read("a.scenario.yaml", text, Map.of());
    }

    /** Each as {@code 3:1: what is wrong}; empty if the file is right. */
    static List<String> problems(String text, Map<String, String> settings) {
        try {
            ScenarioFile.read("f", text, settings);
            return List.of();
        } catch (BadScenarioException e) {
            return e.problems().stream()
                    .map(problem -> problem.toString().substring("f:".length()))
                    .toList();
        }
    }

    static List<String> problems(String text) {
        return problems(text, Map.of());
    }
}
