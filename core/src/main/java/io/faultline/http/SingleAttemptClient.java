package io.faultline.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;

/**
 * A client of one service over HTTP/1.1 or HTTPS that sends each request once, over one connection, which it keeps as long as the
 * service does. It repeats nothing (the JDK's client sends a GET again, silently, if its connection ended without an answer),
 * follows no redirect, keeps no cookie and uses no proxy. For one thread, but for {@link #close}, which any thread may call to end
 * what is under way.
 */
public final class SingleAttemptClient implements AutoCloseable {

    private static final int LONGEST_LINE = 1 << 16;
    private static final int MOST_HEADERS = 1000;
    private static final Http1Config LIMITS = Http1Config.custom()
            .setMaxLineLength(LONGEST_LINE)
            .setMaxHeaderCount(MOST_HEADERS)
            .build();

    private final String scheme;
    private final String host;
    private final int port;
    private final Duration limit;
    private final Optional<SSLContext> tls;
    private final HttpRequestExecutor executor = new HttpRequestExecutor();
    private Optional<Socket> socket = Optional.empty();
    private Optional<DefaultBHttpClientConnection> connection = Optional.empty();
    private boolean unused;
    private boolean closed;

    private SingleAttemptClient(String scheme, String host, int port, Duration limit, Optional<SSLContext> tls) {
        this.scheme = scheme;
        this.host = host;
        this.port = port;
        this.limit = limit;
        this.tls = tls;
    }

    /**
     * A client of the server of this address.
     *
     * @param service of which the path is not used: {@code http://localhost:8080}, {@code https://[::1]/}
     * @param limit how long may pass without a byte, while connecting and while reading
     * @throws IllegalArgumentException if it is no http or https URI with a host
     */
    public static SingleAttemptClient of(URI service, Duration limit) {
        String scheme = String.valueOf(service.getScheme());
        String host = service.getHost();
        if (!(scheme.equals("http") || scheme.equals("https")) || host == null) {
            throw new IllegalArgumentException("\"" + service
                    + "\" cannot be asked over HTTP. Give a URI with a host, as http://localhost:8080/.");
        }
        int port = service.getPort() != -1 ? service.getPort() : scheme.equals("https") ? 443 : 80;
        return new SingleAttemptClient(scheme, host, port, limit, Optional.empty());
    }

    /** The same, trusting what this context does: for certificates that the JVM does not trust by itself. */
    public SingleAttemptClient trusting(SSLContext context) {
        return new SingleAttemptClient(scheme, host, port, limit, Optional.of(context));
    }

    /**
     * Connects, unless the last connection is still there. A connection that the service has closed since its last answer is not
     * used again: nothing was lost by that.
     */
    public void connect() throws IOException {
        if (connection.isPresent() && (unused || !connection.get().isStale())) {
            return;
        }
        end();
        Socket plain = connected();
        DefaultBHttpClientConnection fresh =
                new DefaultBHttpClientConnection(LIMITS, null, null, null, null, null, WholeHeaders::new);
        if (scheme.equals("http")) {
            fresh.bind(plain);
        }
        connection = Optional.of(fresh);
        unused = true;
    }

    /** To the first of its addresses that accepts. */
    private Socket connected() throws IOException {
        IOException refused = new ConnectException(host + " has no address");
        for (InetAddress address : InetAddress.getAllByName(host)) {
            Socket attempt = keep(new Socket());
            try {
                attempt.setTcpNoDelay(true);
                attempt.setSoTimeout(millis());
                attempt.connect(new InetSocketAddress(address, port), millis());
                return attempt;
            } catch (ConnectException e) {
                attempt.close();
                refused = e;
            } catch (IOException e) {
                attempt.close();
                throw e;
            }
        }
        throw refused;
    }

    private synchronized Socket keep(Socket opened) throws IOException {
        if (closed) {
            opened.close();
            throw new SocketException("Socket closed");
        }
        socket = Optional.of(opened);
        return opened;
    }

    /**
     * Sends a request without a body, once, and reads its answer to the end.
     *
     * @param target of the request line: {@code /work?ms=100}
     * @param headers that replace ours of the same names
     * @throws EOFException if the connection ends before the answer does
     * @throws SocketTimeoutException if nothing comes for as long as the limit
     * @throws SSLException if the other side is not trusted, or speaks no TLS; its message tells what to do
     * @throws IOException if it fails otherwise, or is answered by something that is no HTTP
     */
    public HttpAnswer send(String method, String target, Map<String, String> headers) throws IOException {
        connect();
        DefaultBHttpClientConnection over = connection.orElseThrow();
        BasicClassicHttpRequest request = new BasicClassicHttpRequest(method, target);
        request.setHeader("Host", host + ":" + port);
        request.setHeader("User-Agent", "faultline");
        request.setHeader("Accept", "*/*");
        if (!method.equals("GET") && !method.equals("HEAD")) {
            request.setHeader("Content-Length", "0");
        }
        headers.forEach(request::setHeader);
        HttpCoreContext context = HttpCoreContext.create();
        boolean reusable = false;
        unused = false;
        try {
            if (!over.isOpen()) {
                secure(over);
            }
            ClassicHttpResponse response = executor.execute(request, over, context);
            HttpAnswer answer = new HttpAnswer(response.getCode(), Body.of(response));
            reusable = executor.keepAlive(request, response, over, context);
            return answer;
        } catch (HttpException | MalformedChunkCodingException e) {
            throw ended(e).orElseGet(() -> new IOException("no HTTP answer, but: " + e.getMessage(), e));
        } catch (ConnectionClosedException | NoHttpResponseException e) {
            throw ended(e).orElseThrow();
        } finally {
            if (!reusable) {
                end();
            }
        }
    }

    private static Optional<IOException> ended(Exception e) {
        boolean early = e instanceof ConnectionClosedException
                || e instanceof NoHttpResponseException
                || e instanceof TruncatedChunkException
                || String.valueOf(e.getMessage()).contains("closing chunk expected");
        return early
                ? Optional.of((IOException) new EOFException("the connection ended before the answer did").initCause(e))
                : Optional.empty();
    }

    /** After connecting, so that a connection counts though its handshake is not answered. */
    private void secure(DefaultBHttpClientConnection over) throws IOException {
        Socket plain;
        synchronized (this) {
            plain = socket.orElseThrow();
        }
        try {
            SSLContext context = tls.isPresent() ? tls.get() : SSLContext.getDefault();
            SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(plain, bare(host), port, true);
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            over.bind(secured, plain);
        } catch (SSLException e) {
            throw (SSLException) new SSLException(whyNoTls(e)).initCause(e);
        } catch (NoSuchAlgorithmException e) {
            throw new SSLException("this JVM has no TLS", e);
        }
    }

    private String whyNoTls(SSLException e) {
        String what = String.valueOf(e.getMessage());
        String at = "https://" + host + ":" + port;
        if (what.contains("PKIX") || what.contains("trust anchor")) {
            return at + " shows a certificate that this JVM does not trust (" + what
                    + "). Trust it by sslContext(…), or " + "start the JVM with -Djavax.net.ssl.trustStore=….";
        }
        if (what.contains("No subject alternative") || what.contains("No name matching")) {
            return at + " shows a certificate for another name (" + what + "). Ask it by a name that stands in it.";
        }
        if (what.contains("Unsupported or unrecognized SSL message")) {
            return at + " answers, but not in TLS (" + what + "). Does it speak http?";
        }
        return at + " cannot be spoken to over TLS (" + what + ").";
    }

    /** An IPv6 address is in brackets in a URI, and nowhere else. */
    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private int millis() {
        return Math.toIntExact(Math.max(1, limit.toMillis()));
    }

    private synchronized void end() {
        connection.ifPresent(open -> open.close(CloseMode.IMMEDIATE));
        connection = Optional.empty();
        socket.ifPresent(SingleAttemptClient::close);
        socket = Optional.empty();
    }

    private static void close(Socket open) {
        try {
            open.close();
        } catch (IOException e) {
            return; // it is not used any more
        }
    }

    /** Ends the connection, and a request that is under way with it. Closing twice is closing once. */
    @Override
    public synchronized void close() {
        closed = true;
        socket.ifPresent(SingleAttemptClient::close);
    }
}
