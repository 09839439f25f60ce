package io.faultline.world;

import io.faultline.Faultline;
import io.faultline.docker.DockerEngine;
import io.faultline.docker.ProjectImage;
import io.faultline.terrain.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A container that echoes TCP lines and UDP datagrams on port 7000, with ping and iptables at hand. */
public class Peer extends GenericContainer<Peer> {

    static final int PORT = 7000;

    public Peer() {
        super(DockerImageName.parse(image()));
        withExposedPorts(PORT);
        withCreateContainerCmdModifier(cmd -> cmd.getHostConfig().withInit(true));
        waitingFor(Wait.forLogMessage("ready.*", 1));
    }

    /** The image, built on first use; it can also run iptables in another container's namespace. */
    public static String image() {
        return ProjectImage.build(
                DockerEngine.connect(), "faultline/test-peer", "/io/faultline/peer/", "Dockerfile", "peer.py");
    }

    public Target target() {
        return Faultline.target("peer", this);
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
        socket.connect(new InetSocketAddress(host, port), 500);
        socket.setSoTimeout(500);
        return socket;
    }
}
