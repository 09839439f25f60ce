package io.faultline.world;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.RestartPolicy;
import io.faultline.Faultline;
import io.faultline.topology.Target;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A small TCP service that answers each line after half a second, and stops in one of several ways when it is told to.
 */
public final class StoppingContainer extends GenericContainer<StoppingContainer> {

    public static final int PORT = 7000;

    private static final String PROGRAM = """
            import os, signal, socket, subprocess, sys, threading, time
            manner, listening, busy = sys.argv[1], socket.create_server(("", 7000)), []
            child = subprocess.Popen(["sleep", "60"]) if manner in ("forsaking", "guarding") else None
            def flush(patience):
                try:
                    with socket.create_connection((sys.argv[2], 7000), timeout=patience) as store:
                        store.sendall(b"last\\n")
                        store.recv(100)
                except OSError:
                    pass
            def serve(client):
                if manner == "fleeting":
                    time.sleep(0.7)
                    os._exit(0)
                while line := client.recv(100):
                    busy.append(client)
                    time.sleep(2 if line.startswith(b"long") else 1)
                    client.sendall(line)
                    busy.remove(client)
                client.close()
            def stop(*_):
                if manner == "stubborn":
                    return
                if manner != "on":
                    signal.signal(signal.SIGTERM, (lambda *_: os._exit(3)) if manner == "impatient" else signal.SIG_IGN)
                if manner != "open":
                    listening.shutdown(socket.SHUT_RDWR)
                    listening.close()
                if manner == "hasty":
                    os._exit(0)
                if manner in ("flushing", "bounded"):
                    flush(None if manner == "flushing" else 0.5)
                if manner == "guarding":
                    child.terminate()
                    child.wait()
                time.sleep(0.3)
                while busy:
                    time.sleep(0.01)
                print("bye", flush=True)
                os._exit(7 if manner == "failing" else 0)
            if manner == "late":
                print("ready", flush=True)
                time.sleep(3)
            if manner == "on":
                signal.signal(signal.SIGTERM, lambda *_: os._exit(9))
                base, _, offset = sys.argv[2].partition("+")
                signal.signal(getattr(signal, "SIG" + base) + int(offset or 0), stop)
            elif manner not in ("deaf", "fleeting"):
                signal.signal(signal.SIGTERM, stop)
            def accept():
                while True:
                    try:
                        threading.Thread(target=serve, args=[listening.accept()[0]], daemon=True).start()
                    except OSError:
                        return
            threading.Thread(target=accept, daemon=True).start()
            print("ready", flush=True)
            while True:
                time.sleep(0.05) # not pause(): the kernel may give the signal to another thread, and only this one handles it
            """;

    private Consumer<String> notes = note -> {};

    private StoppingContainer(List<String> command) {
        super(DockerImageName.parse(Peer.image()));
        withCommand(command.toArray(String[]::new));
        withExposedPorts(PORT);
        waitingFor(Wait.forLogMessage("ready.*", 1));
    }

    /**
     * @param manner {@code graceful}, or what is wrong: {@code open} (goes on listening), {@code hasty} (leaves at once),
     *     {@code failing} (exit code 7), {@code impatient} (a second signal ends it), {@code stubborn} (catches and stays),
     *     {@code deaf} (does not catch), {@code late} (catches three seconds after it is ready), {@code forsaking} (leaves a child
     *     behind), {@code fleeting} (does not catch, and ends by itself soon after the first client came); {@code guarding} has a child too, and waits for its end
     */
    public static StoppingContainer in(String manner) {
        return new StoppingContainer(List.of("python3", "-c", PROGRAM, manner));
    }

    /** One that writes to a store before it leaves, and waits for its answer: half a second, or as long as it takes. */
    public static StoppingContainer flushingTo(Peer store, boolean bounded) {
        return new StoppingContainer(
                List.of("python3", "-c", PROGRAM, bounded ? "bounded" : "flushing", store.address()));
    }

    /** A graceful one on this signal, which its image names as its own stop signal; on SIGTERM it leaves at once, with 9. */
    public static StoppingContainer stoppedBy(String signal) {
        return new StoppingContainer(List.of("python3", "-c", PROGRAM, "on", signal))
                .withCreateContainerCmdModifier(cmd -> cmd.withStopSignal("SIG" + signal));
    }

    /** A program under an init: one that handles SIGTERM and ends with 143 then, as a JVM does, or one that does not. */
    public static StoppingContainer underInit(boolean handles) {
        String program = "import signal, sys, time\n"
                + (handles ? "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n" : "")
                + "print('ready', flush=True)\ntime.sleep(60)";
        return new StoppingContainer(List.of("python3", "-c", program))
                .withCreateContainerCmdModifier(
                        cmd -> Objects.requireNonNull(cmd.getHostConfig()).withInit(true));
    }

    /** Does as pnpm does: signals the shell that it started, but not the program under that, and ends with 143. */
    public static StoppingContainer asAPackageRunner() {
        String program = "import os, signal, subprocess, time\n"
                + "child = subprocess.Popen(['sh', '-c', 'sleep 60; true'])\n"
                + "signal.signal(signal.SIGTERM, lambda *_: (child.terminate(), child.wait(), os._exit(143)))\n"
                + "time.sleep(0.3)\nprint('ready', flush=True)\n"
                + "while True:\n    time.sleep(0.05)";
        return new StoppingContainer(List.of("bash", "-c", "exec -a 'pnpm start' python3 -c \"$0\"", program));
    }

    /** Started again by its engine whenever it ends. */
    public StoppingContainer startedAgain() {
        return withCreateContainerCmdModifier(
                cmd -> Objects.requireNonNull(cmd.getHostConfig()).withRestartPolicy(RestartPolicy.alwaysRestart()));
    }

    /** A graceful one behind a shell, which does not pass signals on. */
    public static StoppingContainer behindAShell() {
        return new StoppingContainer(List.of("sh", "-c", "python3 -c \"$0\" graceful; true", PROGRAM));
    }

    /** Notes, at the moment in which Testcontainers kills it, what it would kill: {@code running}, or {@code ended with 0}. */
    public StoppingContainer noting(Consumer<String> notes) {
        this.notes = notes;
        return this;
    }

    @Override
    protected void containerIsStopping(InspectContainerResponse info) {
        ContainerState state = getCurrentContainerInfo().getState();
        notes.accept(Boolean.TRUE.equals(state.getRunning()) ? "running" : "ended with " + state.getExitCodeLong());
    }

    public Target target() {
        return Faultline.target("leaver", this);
    }

    public Line line() throws IOException {
        return new Line(connect());
    }

    public Socket connect() throws IOException {
        String address = getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
        return Peer.connect(address, PORT);
    }
}
