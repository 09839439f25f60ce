package io.faultline.scenario.system;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.run.SystemSource;
import java.util.List;
import java.util.function.Consumer;

/** Plays scenarios on a system of the user's own. */
public record OwnSource(UserSystem system) implements SystemSource {

    /** Finds out before anything is played whether it has what these scenarios need; throws as {@link UserSystem#check}. */
    public void check(List<Scenario> scenarios) throws InterruptedException {
        for (Scenario scenario : scenarios) {
            system.check(roles(scenario));
        }
    }

    @Override
    public RunningSystem open(Scenario scenario, DockerRun run, Faultline faultline, Consumer<String> prepares)
            throws InterruptedException {
        return system.open(run, roles(scenario), prepares);
    }

    private static List<Role> roles(Scenario scenario) {
        return scenario.roles().entrySet().stream()
                .map(role -> new Role(role.getKey(), role.getValue()))
                .toList();
    }
}
