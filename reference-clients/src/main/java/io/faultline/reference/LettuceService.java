package io.faultline.reference;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks a Redis over one connection that all share, which Lettuce makes again when it is lost. */
final class LettuceService implements Client, RedisConnectionStateListener {

    private static final Duration ANSWER = Naive.TIMEOUT ? RedisURI.DEFAULT_TIMEOUT_DURATION : Duration.ofSeconds(1);
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final Duration SELDOM = Duration.ofSeconds(1);

    private final Output output;
    private final RedisClient client;
    private volatile Optional<StatefulRedisConnection<String, String>> connection = Optional.empty();

    LettuceService(Output output) {
        this.output = output;
        Endpoint redis = Endpoint.dependency(Redis.PORT);
        client = RedisClient.create(
                ClientResources.builder()
                        .reconnectDelay(Delay.exponential(AGAIN, SELDOM, 2, TimeUnit.MILLISECONDS))
                        .build(),
                RedisURI.builder()
                        .withHost(redis.host())
                        .withPort(redis.port())
                        .withTimeout(ANSWER)
                        .build());
        client.setOptions(ClientOptions.builder()
                .autoReconnect(!Naive.RECONNECT)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder().connectTimeout(CONNECT).build())
                .build());
        client.addListener(this);
        connect();
        Thread later = new Thread(this::connectAtLast, "connect");
        later.setDaemon(true);
        later.start();
    }

    private void connect() {
        try {
            connection = Optional.of(client.connect());
        } catch (RedisConnectionException e) {
            output.say("cannot connect: " + e.getMessage());
        }
    }

    // Lettuce makes a connection again that it had once; the first one is ours to make.
    private void connectAtLast() {
        try {
            while (connection.isEmpty()) {
                Pause.of(AGAIN);
                connect();
            }
        } catch (InterruptedException e) {
            return; // nobody interrupts it
        }
    }

    @Override
    public Answer work(Unit unit) throws InterruptedException {
        if (connection.isEmpty()) {
            return Answer.unavailable("not connected yet");
        }
        RedisCommands<String, String> redis = connection.get().sync();
        unit.take();
        redis.set(unit.name(), "done");
        return Answer.DONE;
    }

    @Override
    public boolean isWell() {
        return connection.filter(StatefulRedisConnection::isOpen).isPresent();
    }

    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
        output.say("connected");
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
        output.say("lost: the connection was closed");
    }
}
