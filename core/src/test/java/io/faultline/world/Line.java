package io.faultline.world;

import io.faultline.observe.FailureClass;
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

    /** Whether a connection has ended, in whatever way; waits for that as long as the socket is patient. */
    public static boolean hasEnded(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    /** Whether a line that is sent now comes back, however busy the machine is. */
    public boolean echoes(String text) throws IOException {
        send(text);
        return text.equals(receive(PATIENCE_MILLIS));
    }

    /** The line that answers this one. */
    public String answer(String text) throws IOException {
        send(text);
        return eventually();
    }

    /** Whether a line that is sent now does not come back within half a second. */
    public boolean swallows(String text) throws IOException {
        send(text);
        return receive().isEmpty();
    }

    /** How a line that is sent now fails, or that it is answered, with a patient client. */
    public String fateOf(String text) {
        try {
            send(text);
            return fate();
        } catch (IOException e) {
            return FailureClass.of(e).name();
        }
    }

    /** How the next read ends, with a patient client: {@code ANSWERED}, or the name of a failure. */
    public String fate() {
        try {
            String answer = receive(2500);
            return answer == null
                    ? FailureClass.EOF.name()
                    : answer.isEmpty() ? FailureClass.TIMEOUT.name() : "ANSWERED";
        } catch (IOException e) {
            return FailureClass.of(e).name();
        }
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
