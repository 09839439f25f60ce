package io.faultline.scenario;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Jedis' own sockets, prepared as the client variant does it. Closing this ends a read that blocks on the last of them. */
final class WorkerSockets implements JedisSocketFactory, Closeable {

    private final JedisSocketFactory plain;
    private final Client client;
    private Optional<Socket> last = Optional.empty();
    private boolean closed;

    WorkerSockets(HostAndPort server, JedisClientConfig config, Client client) {
        this.plain = new DefaultJedisSocketFactory(server, config);
        this.client = client;
    }

    @Override
    public Socket createSocket() {
        Socket socket = plain.createSocket(); // not under the lock: it can take as long as the connect timeout
        try {
            client.prepare(socket);
            remember(socket);
            return socket;
        } catch (IOException e) {
            throw new JedisConnectionException("Cannot prepare the connection of the " + client + " client", e);
        }
    }

    private synchronized void remember(Socket socket) throws IOException {
        if (closed) {
            socket.close();
        }
        last = Optional.of(socket);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (last.isPresent()) {
            last.get().close();
        }
    }
}
