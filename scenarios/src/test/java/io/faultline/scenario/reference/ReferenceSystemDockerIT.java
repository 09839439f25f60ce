package io.faultline.scenario.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.EngineException;
import io.faultline.docker.engine.Labels;
import io.faultline.scenario.UnboundRoleException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceSystemDockerIT {

    private static final SystemMember REDIS = part("dependency", Program.REDIS);

    private final List<String> prepared = new ArrayList<>();
    private DockerRun run;
    private Faultline faultline;

    @BeforeEach
    void open() {
        run = DockerRun.open();
        faultline = Faultline.in(run);
    }

    @AfterEach
    void close() {
        faultline.close();
        run.close();
    }

    @ParameterizedTest
    @CsvSource({
        "PYTHON_SERVICE, REDIS",
        "PYTHON_WORKER, REDIS",
        "PYTHON_PUBLISHER, REDIS",
        "PYTHON_FTP, FTP",
        "PYTHON_FETCH, FILES",
        "PYTHON_LEASE, REDIS",
        "PYTHON_SPOOL, REDIS",
        "PYTHON_ASYNC, REDIS",
        "JAVA_SERVICE, REDIS",
        "JEDIS_WORKER, REDIS",
        "JEDIS_HEARTBEAT, REDIS",
        "JEDIS_SERVICE, REDIS",
        "JEDIS_CROWD, REDIS",
        "LETTUCE_SERVICE, REDIS",
        "POSTGRES_SERVICE, POSTGRES",
        "MARIADB_SERVICE, MARIADB",
        "RABBIT_WORKER, RABBITMQ"
    })
    void doesUnitsOfWorkAndLeavesNothing(Program client, Program server) throws Exception {
        List<SystemMember> parts = List.of(part("client", client), part("dependency", server));
        try (ReferenceSystem system = ReferenceSystem.start(run, faultline, parts, prepared::add)) {
            assertThat(system.roles()).containsExactly("client", "dependency");
            awaitOk(system, "/work");
            assertThat(get(system, "/work?ms=20&name=one")).isEqualTo(200);
            awaitOk(system, "/health");
            assertThat(get(system, "/ping")).isEqualTo(200);
            assertThat(get(system, "/nothing")).isEqualTo(404);
            await().untilAsserted( // Docker reads it later than it is written
                            () -> assertThat(system.container("client").getLogs())
                                    .contains("done: one"));
        }
        assertThat(prepared).containsExactly("starting client (" + client + "), dependency (" + server + ")");
        assertThat(left()).isEmpty();
    }

    @Test
    void reachesAServerThroughAProxyAndSeveralByName() throws Exception {
        SystemMember proxied = new SystemMember("second", Program.REDIS, "", Map.of(), true);
        List<SystemMember> parts = List.of(REDIS, proxied, part("client", Program.PYTHON_SERVICE));
        try (ReferenceSystem system = ReferenceSystem.start(run, faultline, parts, prepared::add)) {
            awaitOk(system, "/work");
            assertThat(system.container("client")
                            .execInContainer("printenv", "DEPENDENCY")
                            .getStdout())
                    .matches("dependency,faultline-[a-z0-9-]+:\\d+\\s*");
            system.container("dependency")
                    .getDockerClient()
                    .killContainerCmd(system.container("dependency").getContainerId())
                    .exec();
            awaitOk(system, "/work"); // by the other one, through its proxy
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> system.address("dependency", 6379))
                    .withMessageContaining("it is exited");
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void runsSeveralAtTheSameTimeAndTellsTheirRoles() throws Exception {
        List<SystemMember> parts = List.of(REDIS);
        try (ReferenceSystem other = ReferenceSystem.start(run, faultline, parts, prepared::add)) {
            try (ReferenceSystem one = ReferenceSystem.start(run, faultline, parts, prepared::add)) {
                assertThat(one.container("dependency").getContainerId())
                        .isNotEqualTo(other.container("dependency").getContainerId());
                assertThat(one.program("dependency")).isEqualTo(Program.REDIS);
                assertThat(one.target("dependency").label()).isEqualTo("dependency");
                assertThatExceptionOfType(UnboundRoleException.class)
                        .isThrownBy(() -> one.target("client"))
                        .withMessageContaining("Nobody plays the role \"client\"")
                        .withMessageContaining("[dependency]");
            }
            assertThat(other.container("dependency").isRunning()).isTrue();
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void leavesNothingWhenItsStartFails() {
        SystemMember failing =
                new SystemMember("client", Program.PYTHON_SERVICE, "", Map.of("SLOW_START", "soon"), false);

        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> ReferenceSystem.start(run, faultline, List.of(REDIS, failing), prepared::add)
                        .close())
                .withMessageContaining("Cannot start \"client\" (python-service, from image ")
                .withMessageContaining("could not convert string to float: 'soon'");
        assertThat(left()).isEmpty();
    }

    @Test
    void leavesNothingWhenItIsInterrupted() {
        List<SystemMember> parts = List.of(REDIS, part("client", Program.PYTHON_SERVICE));

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> ReferenceSystem.start(
                                run,
                                faultline,
                                parts,
                                text -> Thread.currentThread().interrupt())
                        .close());
        Thread.interrupted(); // the look below would obey it
        assertThat(left()).isEmpty();
    }

    private static SystemMember part(String role, Program program) {
        return new SystemMember(role, program, "", Map.of(), false);
    }

    private static void awaitOk(ReferenceSystem system, String path) {
        await().pollInSameThread().atMost(Duration.ofSeconds(15)).until(() -> get(system, path) == 200);
    }

    private static int get(ReferenceSystem system, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http:/" + system.address("client", 8080) + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** The containers and networks of this run's systems. */
    private List<String> left() {
        Stream<String> containers = run
                .engine()
                .client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.RUN, run.id(), Labels.ROLE, "reference"))
                .exec()
                .stream()
                .map(container -> container.getNames()[0]);
        Stream<String> networks = run
                .engine()
                .client()
                .listNetworksCmd()
                .withFilter("label", List.of(Labels.RUN + "=" + run.id()))
                .exec()
                .stream()
                .map(network -> network.getName());
        return Stream.concat(containers, networks).toList();
    }
}
