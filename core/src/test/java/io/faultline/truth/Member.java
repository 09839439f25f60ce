package io.faultline.truth;

import io.faultline.Faultline;
import io.faultline.topology.Target;
import io.faultline.world.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A small container that serves lines, and is a client of whomever a {@link Session} tells it to talk to: {@code member.py}. */
public final class Member extends GenericContainer<Member> {

    /** Where it answers lines. */
    public static final int PORT = 7000;

    /** Where it does the same. */
    public static final int OTHER_PORT = 7100;

    private static final int CONTROL = 7002;

    private final String role;
    private final boolean onHost;

    private Member(String role, String control, String manner) {
        super(DockerImageName.parse(Peer.image()));
        this.role = role;
        this.onHost = control.equals("0");
        withCommand("python3", "-u", "-c", program(), control, manner);
        withTmpFs(Map.of("/data", "rw,size=8m"));
        waitingFor(Wait.forLogMessage("ready on.*", 1));
    }

    /**
     * One with half a CPU and 64 MB, that leaves at SIGTERM when it has answered.
     *
     * @param role what targets are called in reports
     */
    static Member named(String role) {
        return thatLeaves(role, "graceful");
    }

    /** The same with another manner of leaving: {@code hasty}, {@code failing}, {@code stubborn}, {@code deaf}. */
    static Member thatLeaves(String role, String manner) {
        return limited(new Member(role, Integer.toString(CONTROL), manner));
    }

    /** Another process of the Docker host. */
    static Member onTheHost() {
        return new Member("host", "0", "graceful").withNetworkMode("host");
    }

    private static Member limited(Member member) {
        return member.withCreateContainerCmdModifier(command -> command.getHostConfig()
                .withMemory(64L << 20)
                .withCpuPeriod(100_000L)
                .withCpuQuota(50_000L));
    }

    private static String program() {
        try (InputStream program = Member.class.getResourceAsStream("member.py")) {
            return new String(program.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Target target() {
        return Faultline.target(role, this);
    }

    /** Its address now; it may have another after a restart. */
    public String address() {
        return getCurrentContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
    }

    /** The port of 127.0.0.1 under which {@link #PORT} is published now. */
    public int publishedPort() {
        return Faultline.mappedPort(this, PORT);
    }

    /** A session with it, that ends with what it does when it is closed. */
    public Session session() throws IOException {
        return onHost ? new Session("127.0.0.1", hostPort()) : new Session(address(), CONTROL);
    }

    private int hostPort() {
        return Integer.parseInt(getLogs().replaceAll("(?s).*ready on (\\d+).*", "$1"));
    }

    /** Ends all that it does as a client; whether it runs and does what it is told. */
    boolean isWell() {
        try (Session session = session()) {
            return isRunning() && session.tell("hush").equals("ok");
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
