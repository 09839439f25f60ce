package io.faultline.scenario;

import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.Locale;
import jdk.net.ExtendedSocketOptions;

/** Which variant is judged: of the client in this JVM, whose sockets they prepare, or of a reference system. */
public enum Client {
    /** Has what it takes to notice: its kernel probes an idle connection after 1 s, and gives it up 2 s later. */
    RESILIENT {
        @Override
        void prepare(Socket socket) throws IOException {
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 1);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 2);
        }
    },
    /** Has its library's defaults: keepalive is on, with the kernel's default of a first probe after two hours. */
    NAIVE {
        @Override
        void prepare(Socket socket) {
            // Nothing, as in most programs.
        }
    };

    /** Sets what this client sets on a new connection. */
    abstract void prepare(Socket socket) throws IOException;

    /** As on the command line and in reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
