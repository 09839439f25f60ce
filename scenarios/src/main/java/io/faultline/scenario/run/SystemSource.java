package io.faultline.scenario.run;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.model.Scenario;
import java.util.function.Consumer;

/** Where the system comes from that a scenario is played on. */
@FunctionalInterface
public interface SystemSource {

    /**
     * Starts it, or finds it.
     *
     * @param faultline whose proxies it may need
     * @param prepares is told what takes a while
     * @throws io.faultline.docker.engine.EngineException if it cannot be started; nothing is left then
     * @throws IllegalArgumentException if it cannot play this scenario
     * @throws InterruptedException if the thread is interrupted; nothing is left then
     */
    RunningSystem open(Scenario scenario, DockerRun run, Faultline faultline, Consumer<String> prepares)
            throws InterruptedException;
}
