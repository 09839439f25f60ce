package io.faultline.scenario.java;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A Redis, spoken with by its inline commands, a connection each. */
final class Store {

    private static final int PORT = 6379;
    private static final int ANSWER_MILLIS = 1000;

    private final String host;

    Store(String host) {
        this.host = host;
    }

    /** @throws IOException if it does not answer in time */
    void set(String key, String value) throws IOException {
        try (Socket socket = new Socket()) {
            if (!Naive.TIMEOUT) {
                socket.setSoTimeout(ANSWER_MILLIS);
            }
            socket.connect(new InetSocketAddress(host, PORT), ANSWER_MILLIS);
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
