package io.faultline.reference;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Notes in a Redis how far each unit is, by its inline commands over a plain socket, a connection each. */
final class SocketClient implements Client {

    private static final int ANSWER_MILLIS = 1000;

    private final Endpoint redis = Endpoint.dependency(Redis.PORT);

    @Override
    public Answer work(Unit unit) throws IOException, InterruptedException {
        set(unit.name(), "begun");
        unit.take();
        set(unit.name(), "done");
        return Answer.DONE;
    }

    private void set(String key, String value) throws IOException {
        try (Socket socket = new Socket()) {
            if (!Naive.TIMEOUT) {
                socket.setSoTimeout(ANSWER_MILLIS);
            }
            socket.connect(new InetSocketAddress(redis.host(), redis.port()), ANSWER_MILLIS);
            socket.getOutputStream().write(("SET " + key + " " + value + "\r\n").getBytes(StandardCharsets.US_ASCII));
            String answer = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            if (!"+OK".equals(answer)) {
                throw new IOException("Redis answered " + answer);
            }
        }
    }
}
