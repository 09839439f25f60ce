package io.faultline.scenario.probe;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What HTTP/1.1 (RFC 9112) was answered with. Read by hand, as the JDK's clients repeat a GET whose connection ends
 * without an answer, and that is what probes are there to see.
 *
 * @param body the first megabyte of it
 */
record HttpAnswer(int status, String body) {

    private static final int KEPT_BYTES = 1 << 20;
    private static final int LONGEST_LINE = 1 << 16;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    static byte[] request(String method, String path, InetSocketAddress address, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>();
        all.put("Host", address.getHostString() + ":" + address.getPort());
        all.put("User-Agent", "faultline");
        all.put("Accept", "*/*");
        if (!method.equals("GET") && !method.equals("HEAD")) {
            all.put("Content-Length", "0");
        }
        headers.forEach((name, value) -> {
            all.keySet().removeIf(name::equalsIgnoreCase);
            all.put(name, value);
        });
        all.keySet().removeIf("Connection"::equalsIgnoreCase);
        all.put("Connection", "close");
        StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        all.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        return request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads an answer to its end.
     *
     * @throws EOFException if the connection ends before the answer does
     */
    static HttpAnswer read(InputStream in, boolean isHead) throws IOException {
        int status = status(line(in));
        Map<String, String> headers = headers(in);
        while (status < 200) { // interim answers
            status = status(line(in));
            headers = headers(in);
        }
        if (isHead || status == NO_CONTENT || status == NOT_MODIFIED) {
            return new HttpAnswer(status, "");
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .endsWith("chunked")) {
            for (long size = chunkSize(in); size > 0; size = chunkSize(in)) {
                copy(in, size, body);
                line(in);
            }
            headers(in); // trailers
        } else if (headers.containsKey("content-length")) {
            copy(in, number(headers.get("content-length"), 10), body);
        } else {
            copyAll(in, body);
        }
        return new HttpAnswer(status, body.toString(StandardCharsets.UTF_8));
    }

    private static int status(String line) throws IOException {
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw new IOException("no HTTP answer, but: " + Text.excerpt(line));
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String[] parts = line.split(":", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts.length == 2 ? parts[1].strip() : "");
        }
        return headers;
    }

    private static long chunkSize(InputStream in) throws IOException {
        return number(line(in).split(";", 2)[0].strip(), 16);
    }

    private static long number(String text, int radix) throws IOException {
        try {
            return Long.parseLong(text, radix);
        } catch (NumberFormatException e) {
            throw new IOException("no HTTP answer: \"" + Text.excerpt(text) + "\" is no length", e);
        }
    }

    private static void copy(InputStream in, long length, ByteArrayOutputStream to) throws IOException {
        long left = length;
        byte[] buffer = new byte[8192];
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException();
            }
            keep(buffer, read, to);
            left -= read;
        }
    }

    private static void copyAll(InputStream in, ByteArrayOutputStream to) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            keep(buffer, read, to);
        }
    }

    private static void keep(byte[] buffer, int read, ByteArrayOutputStream to) {
        to.write(buffer, 0, Math.max(0, Math.min(read, KEPT_BYTES - to.size())));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) {
                throw new EOFException();
            }
            if (line.size() == LONGEST_LINE) {
                throw new IOException("no HTTP answer, but a line of more than " + LONGEST_LINE + " bytes");
            }
            line.write(read);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
