package io.faultline.fault.packet;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.Faultline;
import io.faultline.fault.Fault;
import io.faultline.inject.Injection;
import io.faultline.journal.Event;
import io.faultline.topology.Target;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.utility.DockerImageName;

/**
 * Connections that are closed under a partition: they go on without an owner, and would hide the next container that is given
 * the same address. Each test has a network of its own, where the lowest free address is given again at once.
 */
class OrphanedConnectionsDockerIT {

    private static final int PORT = 7000;

    /** Says what its connections bring, and closes none. */
    private static final String PROGRAM = """
            import socket, threading
            server = socket.create_server(("", 7000))
            print("listens", flush=True)
            def serve(connection):
                while received := connection.recv(99):
                    print("read", received, flush=True)
                threading.Event().wait()
            while True:
                threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
                print("accepted", flush=True)
            """;

    /** Writes a line once it is told to, and ends. */
    private static final String CLIENT = """
            python3 -c "
            import os, socket, time
            connection = socket.create_connection(('%s', 7000))
            while not os.path.exists('/tmp/go'):
                time.sleep(0.01)
            connection.send(b'late')
            "\
            """;

    private static final String ORPHANS = "ss -tanoH state fin-wait-1 state closing state last-ack";

    private static Rules host;

    @BeforeAll
    static void open() {
        host = Rules.ofHost();
    }

    @AfterAll
    static void close() {
        host.close();
    }

    @Test
    void theNextContainerWithTheAddressIsReachedAtOnce() throws Exception {
        try (Network network = Network.newNetwork();
                Peer neighbour = new Peer().withNetwork(network); // with which the bridge keeps its carrier
                GenericContainer<?> first = server(network);
                GenericContainer<?> next = server(network);
                Faultline faultline = Faultline.open()) {
            neighbour.start();
            first.start();
            String address = address(first);
            closeUnder(faultline, Partition.of(target(first)), first, address, PORT);
            first.stop(); // while the Faultline is still open, as the container of one of several classes

            assertThat(orphansTo(address)).isEmpty();
            host.run("ip neigh flush to " + address); // an entry that nobody confirms expires; this is as if it had
            next.start();
            assertThat(address(next)).isEqualTo(address);
            connect(address, PORT, 700).close();
        }
    }

    @Test
    void whatWasWrittenMayStillArriveForAsLongAsTheTestRuns() throws Exception {
        try (Network network = Network.newNetwork();
                GenericContainer<?> server = server(network);
                Faultline faultline = Faultline.open()) {
            server.start();
            closeUnder(faultline, Partition.of(target(server)), server, address(server), PORT);

            assertThat(notes(faultline)).anyMatch(note -> note.contains("may yet arrive"));
            waiting().until(() -> said(server).contains("read b'late"));
        }
    }

    @Test
    void theyAreOverWhenTheTestIs() throws Exception {
        try (Network network = Network.newNetwork();
                GenericContainer<?> server = server(network)) {
            server.start();
            Faultline faultline = Faultline.open();
            try (Faultline closing = faultline) {
                closeUnder(closing, PacketLoss.random(target(server), 100), server, address(server), PORT);
            }

            assertThat(orphansTo(address(server))).isEmpty();
            assertThat(notes(faultline)).anyMatch(note -> note.startsWith("ended 1 connection that was closed under"));
            assertThat(said(server)).doesNotContain("read b'late");
        }
    }

    @Test
    void soAreThoseToAPublishedPort() throws Exception {
        try (Network network = Network.newNetwork();
                GenericContainer<?> server = server(network)) {
            server.start();
            int port = server.getMappedPort(PORT);
            try (Faultline faultline = Faultline.open()) {
                closeUnder(faultline, Partition.of(target(server)), server, "127.0.0.1", port);
            }

            assertThat(orphansTo("127.0.0.1:" + port)).isEmpty();
        }
    }

    @Test
    void soAreThoseOfTheTargetItself() throws Exception {
        try (Network network = Network.newNetwork();
                GenericContainer<?> server = server(network);
                Peer client = new Peer().withNetwork(network)) {
            server.start();
            client.start();
            try (Rules inside = Rules.of(client)) {
                client.execInContainer("sh", "-c", CLIENT.formatted(address(server)) + " >/dev/null 2>&1 &");
                waiting().until(() -> said(server).contains("accepted"));
                try (Faultline faultline = Faultline.open()) {
                    try (Injection cut = faultline.inject(Partition.of(client.target()))) {
                        client.execInContainer("touch", "/tmp/go");
                        waiting().until(() -> isPatient(inside.run(ORPHANS)));
                        assertThat(cut.evidence().total()).isPositive();
                    }
                }
                assertThat(inside.run(ORPHANS)).isEmpty();
            }
        }
    }

    /** A client in this JVM writes a line, and closes, while it is cut off. */
    private static void closeUnder(Faultline faultline, Fault fault, GenericContainer<?> server, String host, int port)
            throws IOException {
        Socket client = connect(host, port, 5000);
        waiting().until(() -> said(server).contains("accepted"));
        try (Injection cut = faultline.inject(fault)) {
            client.getOutputStream().write("late\n".getBytes(StandardCharsets.US_ASCII));
            client.close();
            waiting().until(() -> isPatient(orphansTo(host + ":" + port)));
            assertThat(cut.evidence().total()).isPositive();
        }
    }

    /** Whether the kernel has sent five times in vain, so that it does not try again for six seconds. */
    private static boolean isPatient(String orphans) {
        return orphans.lines().anyMatch(line -> line.matches(".* timer:\\(on,[^,]*,[5-9]\\).*"));
    }

    private static Socket connect(String host, int port, int millis) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(host, port), millis);
        return socket;
    }

    /** What the Docker host sends from without an owner. */
    private static String orphansTo(String end) {
        return host.run(ORPHANS + " dst " + end);
    }

    private static List<String> notes(Faultline faultline) {
        return faultline.journal().events().stream()
                .filter(event -> event.kind() == Event.Kind.NOTE)
                .map(Event::text)
                .toList();
    }

    private static GenericContainer<?> server(Network network) {
        return new GenericContainer<>(DockerImageName.parse(Peer.image()))
                .withNetwork(network)
                .withExposedPorts(PORT)
                .withCommand("python3", "-u", "-c", PROGRAM);
    }

    private static Target target(GenericContainer<?> server) {
        return Faultline.target("server", server);
    }

    private static String said(GenericContainer<?> server) {
        return server.getLogs(OutputType.STDOUT);
    }

    private static String address(GenericContainer<?> server) {
        return server.getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
    }

    private static ConditionFactory waiting() {
        return await().pollInSameThread().dontCatchUncaughtExceptions().atMost(ofSeconds(20));
    }
}
