package io.faultline.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import io.faultline.Faultline;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.ProjectImage;
import io.faultline.topology.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A container that echoes TCP lines and UDP datagrams on port 7000 and tells on port 7001 what came there, with ping and
 * iptables at hand.
 */
public class Peer extends GenericContainer<Peer> {

    public static final int PORT = 7000;

    /** Takes datagrams, and answers each line over TCP with those that came since the last. */
    public static final int TOLD_PORT = 7001;

    @SuppressWarnings("this-escape") // GenericContainer is set up by calls on itself; subclasses override no setter
    public Peer() {
        super(DockerImageName.parse(image()));
        withExposedPorts(PORT);
        withCreateContainerCmdModifier(cmd -> cmd.getHostConfig().withInit(true));
        waitingFor(Wait.forLogMessage("ready.*", 1));
    }

    /** The image, built on first use; it can also run iptables in another container's namespace. */
    public static String image() {
        return ProjectImage.build(DockerEngine.connect(), "faultline/test-peer", "/io/faultline/peer/");
    }

    public Target target() {
        return Faultline.target("peer", this);
    }

    /** Whether this is the host's port that leads to {@link #PORT}, which is another one in IPv6. */
    boolean isPublishedAt(int hostPort, boolean inIpv6) {
        return Arrays.stream(getContainerInfo()
                        .getNetworkSettings()
                        .getPorts()
                        .getBindings()
                        .get(ExposedPort.tcp(PORT)))
                .anyMatch(binding -> binding.getHostPortSpec().equals(Integer.toString(hostPort))
                        && binding.getHostIp().contains(":") == inIpv6);
    }

    /** Its address on its first network. */
    public String address() {
        return getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
    }

    /** Its address on one of its networks. */
    public String addressOn(Network network) {
        return networks()
                .filter(each -> network.getId().equals(each.getNetworkID()))
                .findFirst()
                .orElseThrow()
                .getIpAddress();
    }

    public String ipv6Address() {
        return networks()
                .map(ContainerNetwork::getGlobalIPv6Address)
                .filter(address -> address != null && !address.isEmpty())
                .findFirst()
                .orElseThrow();
    }

    /** The Docker host's address on its first network. */
    public String gateway() {
        try {
            String hex = execInContainer("sh", "-c", "awk '$2 == \"00000000\" {print $3}' /proc/net/route | head -n 1")
                    .getStdout()
                    .strip();
            return IntStream.of(6, 4, 2, 0) // little endian
                    .mapToObj(i -> Integer.toString(Integer.parseInt(hex.substring(i, i + 2), 16)))
                    .collect(Collectors.joining("."));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The port under which [::] is published, if it is. */
    public Optional<Integer> ipv6Port() {
        return Arrays.stream(getCurrentContainerInfo()
                        .getNetworkSettings()
                        .getPorts()
                        .getBindings()
                        .get(ExposedPort.tcp(PORT)))
                .filter(binding -> binding.getHostIp().contains(":"))
                .map(binding -> Integer.parseInt(binding.getHostPortSpec()))
                .findFirst();
    }

    private Stream<ContainerNetwork> networks() {
        return getCurrentContainerInfo().getNetworkSettings().getNetworks().values().stream();
    }

    /** Whether a TCP connection from inside this container comes about. */
    public boolean reaches(String address, int port) throws IOException, InterruptedException {
        return exits("import socket; socket.create_connection(('" + address + "', " + port + "), 1)");
    }

    /** Whether a datagram from inside this container is echoed. */
    public boolean hearsUdpEchoOf(String address) throws IOException, InterruptedException {
        return exits("import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.settimeout(1); s.sendto(b'x', ('"
                + address + "', " + PORT + ")); s.recv(9)");
    }

    /** Sends a datagram from inside this container to another's {@link #TOLD_PORT}. */
    public void sendDatagram(String text, String address) throws IOException, InterruptedException {
        String family = address.contains(":") ? "AF_INET6" : "AF_INET";
        assertThat(python("socket.socket(socket." + family + ", socket.SOCK_DGRAM).sendto(b'" + text + "', ('" + address
                        + "', " + TOLD_PORT + "))"))
                .isEmpty();
    }

    /** The datagrams that have come to {@link #TOLD_PORT} since the last call; asked inside, where no fault is. */
    public String datagrams() throws IOException, InterruptedException {
        return python("tcp = socket.create_connection(('127.0.0.1', " + TOLD_PORT + ")); tcp.send(b'?\\n'); "
                + "print(tcp.recv(9999).decode())");
    }

    public boolean pings(String address) throws IOException, InterruptedException {
        return execInContainer("ping", "-c", "1", "-W", "1", address).getExitCode() == 0;
    }

    /** What one line of Python prints inside this container; {@code udp} is a socket. */
    public String python(String line) throws IOException, InterruptedException {
        ExecResult result =
                execInContainer("python3", "-c", "import socket; udp = socket.socket(type=socket.SOCK_DGRAM); " + line);
        return (result.getStdout() + result.getStderr()).strip();
    }

    private boolean exits(String python) throws IOException, InterruptedException {
        return execInContainer("python3", "-c", python).getExitCode() == 0;
    }

    /** Connects from this JVM through the published port: through docker-proxy, where there is one. */
    public Socket connectPublished() throws IOException {
        return connect("127.0.0.1", getMappedPort(PORT));
    }

    /** Connects from this JVM straight to the container's address; works on the Docker host only. */
    public Socket connectDirectly() throws IOException {
        return connect(address(), PORT);
    }

    public static Socket connect(String host, int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(host, port), 1000);
        return socket;
    }
}
