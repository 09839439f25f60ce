package io.faultline.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A server in this JVM that answers each request, or does not, as a test tells it; it keeps connections that it has answered on. */
public final class HttpServer implements AutoCloseable {

    private static final char[] PASSWORD = "faultline".toCharArray();
    private static final long WAIT_SECONDS = 20;

    private final ServerSocket server;
    private final Manner manner;
    private final String origin;
    private final SSLContext trust;
    private final AtomicInteger requests = new AtomicInteger();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final CountDownLatch asked = new CountDownLatch(1);

    /** What a request is answered with. */
    @FunctionalInterface
    public interface Manner {

        /**
         * All that is written; nothing means that the connection is closed.
         *
         * @param number of the request, from 1
         */
        String answer(Connection connection, int number) throws IOException, InterruptedException;
    }

    /** Where a request came from. */
    public record Connection(Socket socket) {

        public void write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private HttpServer(ServerSocket server, String origin, SSLContext trust, Manner manner) {
        this.server = server;
        this.manner = manner;
        this.origin = origin;
        this.trust = trust;
        begin(this::acceptAll);
    }

    public static HttpServer answering(Manner manner) throws IOException {
        return at(InetAddress.getByName("127.0.0.1"), manner);
    }

    /** One that never answers. */
    public static HttpServer silent() throws IOException {
        return answering((connection, number) -> {
            new CountDownLatch(1).await();
            return "";
        });
    }

    public static HttpServer at(InetAddress address, Manner manner) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, address);
        String host = address.getHostAddress();
        String origin = "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.getLocalPort();
        return new HttpServer(server, origin, anyTrust(), manner);
    }

    private static SSLContext anyTrust() {
        try {
            return SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One with a certificate for localhost that it has made itself, in this folder. */
    public static HttpServer secured(Path folder, Manner manner)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost")
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        ServerSocket server =
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        return new HttpServer(server, "https://localhost:" + server.getLocalPort(), context, manner);
    }

    public URI uri() {
        return URI.create(origin + "/");
    }

    /** What trusts its certificate. */
    public SSLContext trust() {
        return trust;
    }

    public int requests() {
        return requests.get();
    }

    public int connections() {
        return connections.size();
    }

    /** Returns once it was asked something. */
    public void awaitRequest() throws InterruptedException {
        if (!asked.await(WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nothing was asked");
        }
    }

    public void closeConnections() throws IOException {
        for (Socket each : connections) {
            each.close();
        }
    }

    private static void begin(Runnable task) {
        Thread thread = new Thread(task, "http-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.add(connection);
                begin(() -> serve(connection));
            }
        } catch (IOException closed) {
            return; // by the end of the test
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            Connection connection = new Connection(socket);
            while (in.readLine() != null) {
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    continue; // headers
                }
                int number = requests.incrementAndGet();
                asked.countDown();
                String answer = manner.answer(connection, number);
                if (answer.isEmpty()) {
                    return;
                }
                connection.write(answer);
            }
        } catch (IOException | UncheckedIOException gone) {
            return; // the peer is gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        closeConnections();
    }
}
