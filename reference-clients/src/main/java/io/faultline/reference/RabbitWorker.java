package io.faultline.reference;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Recoverable;
import com.rabbitmq.client.RecoveryListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** A consumer of a RabbitMQ's queue, over a connection on which nothing moves while there is nothing to do. */
final class RabbitWorker implements Client, RecoveryListener {

    private static final int PORT = 5672;
    private static final String TASKS = "tasks";
    private static final Duration WORK = Duration.ofSeconds(2);
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int HEARTBEAT_SECONDS = Naive.HEARTBEAT ? ConnectionFactory.DEFAULT_HEARTBEAT : 1;

    private final Output output;
    private final Deadline deadline = new Deadline(WORK);
    private final Waiting waiting = new Waiting(WORK);
    private final ConnectionFactory factory = new ConnectionFactory();
    private volatile boolean consuming;
    private volatile boolean well;

    RabbitWorker(Output output) {
        this.output = output;
        Endpoint server = Endpoint.dependency(PORT);
        factory.setHost(server.host());
        factory.setPort(server.port());
        factory.setUsername("faultline");
        factory.setPassword("faultline");
        factory.setConnectionTimeout((int) CONNECT.toMillis());
        factory.setHandshakeTimeout((int) CONNECT.toMillis());
        factory.setChannelRpcTimeout((int) CONNECT.toMillis());
        factory.setShutdownTimeout((int) CONNECT.toMillis());
        factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
        factory.setNetworkRecoveryInterval(AGAIN.toMillis());
        connect();
        Thread later = new Thread(this::connectAtLast, "connect");
        later.setDaemon(true);
        later.start();
    }

    private void connect() {
        try {
            consume(factory.newConnection("worker"));
        } catch (IOException | TimeoutException e) {
            output.say("cannot connect: " + e);
        }
    }

    // The library makes a connection again that it had once; the first one is ours to make.
    private void connectAtLast() {
        try {
            while (!consuming) {
                Pause.of(AGAIN);
                connect();
            }
        } catch (InterruptedException e) {
            return; // nobody interrupts it
        }
    }

    private void consume(Connection connection) throws IOException {
        ((Recoverable) connection).addRecoveryListener(this);
        connection.addShutdownListener(cause -> {
            well = false;
            output.say("lost: " + cause.getMessage());
        });
        Channel channel = connection.createChannel();
        declare(channel);
        channel.basicConsume(TASKS, true, (tag, delivery) -> take(delivery.getBody()), tag -> {});
        consuming = true;
        well = true;
        output.say("connected");
    }

    private static void declare(Channel channel) throws IOException {
        channel.queueDeclare(TASKS, false, false, false, Map.of());
    }

    private void take(byte[] task) {
        try {
            waiting.work(new String(task, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void handleRecovery(Recoverable connection) {
        well = true;
        output.say("connected");
    }

    @Override
    public void handleRecoveryStarted(Recoverable connection) {
        output.say("connecting again");
    }

    @Override
    public Answer work(Unit unit) throws Exception {
        return deadline.work(unit, () -> waiting.hand(unit, this::publish), () -> {});
    }

    private void publish(String task) throws IOException, TimeoutException {
        try (Connection connection = factory.newConnection("publisher");
                Channel channel = connection.createChannel()) {
            declare(channel);
            channel.confirmSelect();
            channel.basicPublish("", TASKS, null, task.getBytes(StandardCharsets.UTF_8));
            channel.waitForConfirmsOrDie(CONNECT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isWell() {
        return well;
    }
}
