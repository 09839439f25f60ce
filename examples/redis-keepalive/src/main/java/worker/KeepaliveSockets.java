package worker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import jdk.net.ExtendedSocketOptions;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Sockets whose kernel asks the peer after one idle second, then every second, and gives up after two silent ones. */
record KeepaliveSockets(String host, int port) implements JedisSocketFactory {

    @Override
    public Socket createSocket() {
        Socket socket = new Socket();
        try {
            socket.setKeepAlive(true);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 1);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 2);
            socket.connect(new InetSocketAddress(host, port), 1000);
            return socket;
        } catch (IOException e) {
            closeQuietly(socket, e);
            throw new JedisConnectionException("cannot connect to " + host + ":" + port, e);
        }
    }

    private static void closeQuietly(Socket socket, IOException because) {
        try {
            socket.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }
}
