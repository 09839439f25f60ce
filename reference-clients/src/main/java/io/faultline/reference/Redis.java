package io.faultline.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;

/** The Redis that a program depends on, as Jedis reaches it. */
final class Redis {

    static final int PORT = 6379;

    private Redis() {}

    static HostAndPort dependency() {
        Endpoint endpoint = Endpoint.dependency(PORT);
        return new HostAndPort(endpoint.host(), endpoint.port());
    }

    /**
     * Nothing is said before the first command, so that nothing but the connection itself can take long.
     *
     * @param answer how long a read waits; zero for as long as it takes
     */
    static DefaultJedisClientConfig.Builder config(Duration connect, Duration answer) {
        return DefaultJedisClientConfig.builder()
                .resp2()
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .connectionTimeoutMillis((int) connect.toMillis())
                .socketTimeoutMillis((int) answer.toMillis());
    }

    /** A new connection, which its kernel probes when it is idle: after 1 s, and 2 s later it is given up. */
    static Jedis probed(JedisClientConfig config) {
        JedisSocketFactory plain = new DefaultJedisSocketFactory(dependency(), config);
        return new Jedis(() -> probed(plain.createSocket()), config);
    }

    private static Socket probed(Socket socket) {
        try {
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 1);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 2);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
