package io.faultline.world;

import io.faultline.Faultline;
import io.faultline.topology.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A container with little of everything, half a CPU, 64 MB of memory, a disk of 16 MB at /data, whose one process, not root's,
 * works, writes and opens what it is told to over one connection, and tells how that went.
 */
public final class Worker extends GenericContainer<Worker> {

    private static final int PORT = 7000;
    private static final String PROGRAM = """
            import errno, os, socket, time
            kept = []
            def work(_):
                wall, cpu = time.monotonic(), time.process_time()
                while time.process_time() < cpu + 0.1:
                    pass
                return str(int(100 * (time.monotonic() - wall) / 0.1))
            def write(size):
                with open("/data/file", "wb", 0) as file:
                    left = memoryview(b"x" * int(size))
                    while left:
                        left = left[file.write(left):]
                    os.fsync(file.fileno())
            def open_one(_):
                kept.append(os.open("/dev/null", os.O_RDONLY))
            def close_all(_):
                while kept:
                    os.close(kept.pop())
            def used(_):
                for path in ("memory/memory.usage_in_bytes", "memory.current"):
                    if os.path.exists("/sys/fs/cgroup/" + path):
                        return open("/sys/fs/cgroup/" + path).read().strip()
            verbs = {"work": work, "write": write, "open": open_one, "close": close_all, "used": used}
            server = socket.create_server(("", %d))
            print("ready", flush=True)
            while True:
                connection = server.accept()[0]
                for line in connection.makefile():
                    verb, _, argument = line.strip().partition(" ")
                    try:
                        told = verbs[verb](argument) or "done"
                    except OSError as e:
                        told = errno.errorcode[e.errno]
                    connection.send((told + "\\n").encode())
                connection.close()
            """;

    private Worker() {
        super(DockerImageName.parse(Peer.image()));
        withCommand("python3", "-u", "-c", PROGRAM.formatted(PORT));
        withTmpFs(Map.of("/data", "rw,size=16m,mode=700,uid=1000"));
        withCreateContainerCmdModifier(command -> command.withUser("1000:1000"));
        waitingFor(Wait.forLogMessage("ready.*", 1));
    }

    /** With limits, and nothing else to write to. */
    public static Worker limited() {
        return new Worker()
                .withCreateContainerCmdModifier(command -> command.getHostConfig()
                        .withReadonlyRootfs(true)
                        .withMemory(64L << 20)
                        .withCpuPeriod(100_000L)
                        .withCpuQuota(50_000L));
    }

    /** With as much of the host's memory and CPU time as it likes. */
    public static Worker unlimited() {
        return new Worker();
    }

    public Target target() {
        return Faultline.target("worker", this);
    }

    /** The one connection; the worker answers another one when this is closed. */
    public Line line() throws IOException {
        return new Line(Peer.connect(address(), PORT));
    }

    private String address() {
        return getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
    }

    /** Its first process, as the Docker host numbers processes. */
    public long pid() {
        return Objects.requireNonNull(getCurrentContainerInfo().getState().getPidLong());
    }

    /** The agent's processes in any of its control groups. */
    public List<Long> strangers() {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.map(process -> process.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .filter(name -> read(name, "cgroup").contains(getContainerId())
                            && read(name, "cmdline").startsWith("/faultline-agent"))
                    .map(Long::parseLong)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The soft limit of its descriptors. */
    public long mostDescriptors() {
        return read(Long.toString(pid()), "limits")
                .lines()
                .filter(line -> line.startsWith("Max open files"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+")[3]))
                .findFirst()
                .orElseThrow();
    }

    private static String read(String process, String file) {
        try {
            return Files.readString(Path.of("/proc", process, file));
        } catch (IOException gone) {
            return "";
        }
    }
}
