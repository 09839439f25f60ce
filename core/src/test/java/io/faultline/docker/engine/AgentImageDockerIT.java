package io.faultline.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import io.faultline.agent.Agent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentImageDockerIT {

    private static final int AT_ONCE = 6;

    private final DockerEngine engine = DockerEngine.connect();
    private final UnknownAgent unknown = new UnknownAgent(engine);
    private final ProgramImage image = unknown.image();

    @AfterEach
    void remove() {
        unknown.close();
    }

    @Test
    void comesWithOneCallAndNothingIsPulledOrBuilt() throws Exception {
        List<String> calls = Collections.synchronizedList(new ArrayList<>());
        DockerEngine watched = watched(calls);

        assertThat(AgentImage.load(watched, image)).isEqualTo(image.name());

        assertThat(calls).containsExactly("inspectImageCmd", "loadImageAsyncCmd", "inspectImageCmd");
        assertThat(unknown.events()).isNotEmpty().isSubsetOf("load", "tag");

        calls.clear();
        assertThat(AgentImage.load(watched, image)).isEqualTo(image.name());
        assertThat(calls).containsExactly("inspectImageCmd");
    }

    @Test
    void isWhatItsNameSays() {
        AgentImage.load(engine, image);

        InspectImageResponse there =
                engine.client().inspectImageCmd(image.name()).exec();
        assertThat(there.getRepoTags()).containsExactly(image.name());
        assertThat(there.getOs()).isEqualTo("linux");
        assertThat(there.getArch())
                .isEqualTo(AgentProgram.on(engine.architecture()).architecture());
        assertThat(there.getConfig()).isNotNull();
        assertThat(there.getConfig().getEntrypoint()).containsExactly("/faultline-agent");
    }

    @Test
    void runsAnAgentThatHasNothingBesideIt() {
        AgentImage.load(engine, image);
        String run = HexFormat.of().formatHex(new SecureRandom().generateSeed(4));

        try (Agent agent = AgentContainer.start(engine, launch(run))) {
            assertThat(agent.kernel())
                    .isEqualTo(engine.client().infoCmd().exec().getKernelVersion());
            assertThat(agent.features().loads()).isNotEmpty();
            InspectContainerResponse container = engine.client()
                    .inspectContainerCmd("faultline-agent-" + run + "-1")
                    .exec();
            assertThat(container.getHostConfig().getReadonlyRootfs()).isTrue();
            assertThat(container.getHostConfig().getTmpFs()).isNullOrEmpty();
        }
    }

    @Test
    void comesToAllThatLoadItAtOnce() throws Exception {
        CyclicBarrier together = new CyclicBarrier(AT_ONCE);
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<String>> loaded = threads.invokeAll(Collections.nCopies(AT_ONCE, () -> {
                DockerEngine own = DockerEngine.connect();
                together.await(1, TimeUnit.MINUTES);
                return AgentImage.load(own, image);
            }));
            for (Future<String> each : loaded) {
                assertThat(each.get()).isEqualTo(image.name());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(engine.hasImage(image.name())).isTrue();
    }

    private AgentContainer.Launch launch(String run) {
        return new AgentContainer.Launch(run, 1, image.name(), AgentContainer.needed(image.name()));
    }

    /** The engine through a client that notes what it is asked for. */
    private DockerEngine watched(List<String> calls) {
        DockerClient client = engine.client();
        DockerClient noting = (DockerClient) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DockerClient.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    try {
                        return method.invoke(client, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new DockerEngine(noting, client.infoCmd().exec(), true);
    }
}
