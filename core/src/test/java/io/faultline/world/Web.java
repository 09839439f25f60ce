package io.faultline.world;

import io.faultline.Faultline;
import io.faultline.topology.Target;
import java.net.URI;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** An HTTP service that takes 0.3 s for each answer at /, knows no other page, and stops in one of two ways. */
public final class Web extends GenericContainer<Web> {

    private static final int PORT = 7000;
    private static final String PROGRAM = """
            import http.server, os, signal, sys, threading, time
            class Page(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"
                def do_GET(self):
                    time.sleep(0.3)
                    self.send_response(200 if self.path == "/" else 404)
                    self.send_header("Content-Length", "2")
                    if leaving.is_set():
                        self.send_header("Connection", "close")
                    self.end_headers()
                    self.wfile.write(b"ok")
                    busy.discard(threading.current_thread())
                def parse_request(self):
                    busy.add(threading.current_thread())
                    return super().parse_request()
            busy, leaving = set(), threading.Event()
            server = http.server.ThreadingHTTPServer(("", %d), Page)
            def stop(*_):
                if sys.argv[1] == "hasty":
                    os._exit(0)
                leaving.set()
            signal.signal(signal.SIGTERM, stop)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            leaving.wait()
            server.shutdown()
            server.socket.close()
            while busy:
                time.sleep(0.01)
            os._exit(0)
            """;

    private Web(String manner) {
        super(DockerImageName.parse(Peer.image()));
        withCommand("python3", "-c", PROGRAM.formatted(PORT), manner);
        withExposedPorts(PORT);
        waitingFor(Wait.forListeningPort());
    }

    /** Answers what it has begun, and leaves then. */
    public static Web thatFinishes() {
        return new Web("patient");
    }

    /** Leaves at once, whatever it has begun. */
    public static Web thatLeavesAtOnce() {
        return new Web("hasty");
    }

    public Target target() {
        return Faultline.target("web", this);
    }

    public URI uri() {
        return URI.create("http://" + getHost() + ":" + getMappedPort(PORT) + "/");
    }
}
