package io.faultline.scenario.system;

import io.faultline.docker.DockerRun;
import io.faultline.scenario.RunningSystem;
import java.util.List;
import java.util.function.Consumer;

/** A system of the user's own, as it was chosen. Immutable. */
public sealed interface UserSystem permits ComposeSystem, Containers {

    /**
     * Finds out whether it can be used for these roles, without starting anything.
     *
     * @throws BindingException if not; it names all problems
     * @throws io.faultline.docker.engine.EngineException if it could not be looked at
     */
    void check(List<Role> roles) throws InterruptedException;

    /**
     * Starts what does not run yet, and waits until who plays is healthy. What is started is removed when the system is
     * closed; what runs already is left running.
     *
     * @param run whose agent runs already, or another run would take what is started for something left behind
     * @param prepares is told what is started, since it can take a while
     * @throws BindingException as {@link #check}
     * @throws io.faultline.docker.engine.EngineException if it cannot be started; nothing is left then
     */
    RunningSystem open(DockerRun run, List<Role> roles, Consumer<String> prepares) throws InterruptedException;
}
