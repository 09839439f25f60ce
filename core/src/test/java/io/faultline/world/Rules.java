package io.faultline.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The packet filter and the queues of a namespace as the world sees them, independent of Faultline: a container of its own
 * in that namespace, which runs nft, the iptables tools, tc and ip.
 */
public final class Rules implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("port (\\d+) ");

    private final GenericContainer<?> tools;

    private Rules(String networkMode) {
        tools = new GenericContainer<>(DockerImageName.parse(Peer.image()))
                .withNetworkMode(networkMode)
                .withCreateContainerCmdModifier(
                        cmd -> cmd.getHostConfig().withInit(true).withCapAdd(Capability.NET_ADMIN, Capability.NET_RAW))
                .withCommand("sleep", "infinity");
        tools.start();
    }

    /** Of a container's namespace. */
    public static Rules of(GenericContainer<?> container) {
        return new Rules("container:" + container.getContainerId());
    }

    /** Of the Docker host's namespace. */
    public static Rules ofHost() {
        return new Rules("host");
    }

    /**
     * All at once, each line with the tool that says so. Tools give up on a table that somebody else changes while they read
     * it, and are asked again. State 0A of a socket listens, and 07 is a datagram socket that is connected to nobody; the
     * peer's own, at port 7000, go with it.
     */
    private static final String READ = """
            each() {
              for attempt in 1 2 3 4 5; do
                if said=$("$@"); then
                  [ -z "$said" ] || printf '%s\\n' "$said" | sed "s|^|$*: |"
                  return
                fi
              done
              exit 1
            }
            listening() {
              cat /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6 |
                awk '($4 == "0A" || $4 == "07") && $2 !~ /:1B5[89]$/ {print "at " $2}'
            }
            inet() {
              nft -s list ruleset inet | awk '/^table/ {table = $3} {print table ": " $0}'
            }
            each inet
            each iptables-nft-save
            each ip6tables-nft-save
            each iptables-legacy-save
            each ip6tables-legacy-save
            each ipset list -name
            each tc qdisc show
            each ip -o link show
            each listening
            """;

    /**
     * Every rule, own chain and set of every flavour and family, qdisc and interface; neither counters nor empty built-in
     * chains. And every socket that listens, but for a peer's own.
     */
    public List<String> all() {
        return run(READ)
                .lines()
                .map(line -> line.replaceAll("\\[\\d+:\\d+]|direct_packets_stat \\d+| expires \\w+", ""))
                .filter(line -> !line.contains(": #") && !line.contains(": *") && !line.contains("COMMIT"))
                .filter(line -> !line.matches(".*: :[A-Z]+ ACCEPT ?"))
                .toList();
    }

    /** The flavour that this kernel has, or prefers. */
    public String iptables() {
        return run("iptables-nft -I INPUT && iptables-nft -D INPUT && echo iptables-nft || echo iptables-legacy")
                .strip();
    }

    /** What of {@link #all} is Faultline's. */
    public List<String> ours() {
        return all().stream().filter(Rules::isOurs).toList();
    }

    private static boolean isOurs(String line) {
        return line.contains("FAULTLINE") || line.contains(" fa17: ") || line.matches("ip .*: f[0-9a-f]{8}\\d+: .*");
    }

    /** What of ours is at the published ports of these peers: other tests run on the same host at the same time. */
    public List<String> oursAt(List<Peer> peers) {
        return ours().stream()
                .filter(line -> peers.stream().anyMatch(peer -> peer.isPublishedAt(port(line), line.startsWith("ip6"))))
                .toList();
    }

    /** The port that a line of {@link #ours} is about; 0 if it is about none. */
    private static int port(String line) {
        Matcher matcher = PORT.matcher(line);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    public String run(String command) {
        try {
            ExecResult result = tools.execInContainer("sh", "-c", "{ " + command + "\n} 2>/dev/null");
            assertThat(result.getExitCode()).as(command).isZero();
            return result.getStdout();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        tools.stop();
    }
}
