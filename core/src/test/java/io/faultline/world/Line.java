package io.faultline.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** An open connection to an echoing peer. */
public final class Line implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final BufferedReader in;

    public Line(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** Whether a line that is sent now comes back, however busy the machine is. */
    public boolean echoes(String text) throws IOException {
        send(text);
        return text.equals(receive(PATIENCE_MILLIS));
    }

    /** Whether a line that is sent now does not come back within half a second. */
    public boolean swallows(String text) throws IOException {
        send(text);
        return receive().isEmpty();
    }

    private void send(String text) throws IOException {
        socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The next line, or empty if none comes within half a second. */
    public String receive() throws IOException {
        return receive(500);
    }

    /** The next line, however busy the machine is. */
    public String eventually() throws IOException {
        return receive(PATIENCE_MILLIS);
    }

    private String receive(int millis) throws IOException {
        socket.setSoTimeout(millis);
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
