package io.faultline.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** An open connection to an echoing peer. */
public final class Line implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader in;

    public Line(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** Whether a line that is sent now comes back within half a second. */
    public boolean echoes(String text) throws IOException {
        socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.US_ASCII));
        return text.equals(receive());
    }

    /** The next line, or empty if none comes within half a second. */
    public String receive() throws IOException {
        try {
            return in.readLine();
        } catch (SocketTimeoutException e) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
