package io.faultline.reference;

import java.io.IOException;
import java.security.Security;

/** Runs the program that the argument names, until it is told to stop. */
public final class Main {

    // How long an address is kept: a dependency that was replaced has another one. The JDK's own default is 30 s, and
    // for ever (-1) is what programs set to spare lookups.
    private static final String ADDRESS_SECONDS = Naive.DNS ? "-1" : "1";
    private static final String NO_ADDRESS_SECONDS = "1";

    private Main() {}

    /**
     * Starts a program.
     *
     * @param args its name
     */
    public static void main(String[] args) throws IOException {
        Security.setProperty("networkaddress.cache.ttl", ADDRESS_SECONDS);
        Security.setProperty("networkaddress.cache.negative.ttl", NO_ADDRESS_SECONDS);
        Output output = new Output();
        new Service(client(args[0], output), output).start();
    }

    private static Client client(String program, Output output) {
        return switch (program) {
            case "java-service" -> new SocketClient();
            case "jedis-service" -> new JedisService(output);
            case "jedis-worker" -> JedisWorker.idle(output);
            case "jedis-heartbeat" -> JedisWorker.withHeartbeat(output);
            case "jedis-crowd" -> new JedisCrowd(output);
            case "lettuce-service" -> new LettuceService(output);
            case "postgres-service" -> new PostgresService(output);
            case "mariadb-service" -> new MariadbService(output);
            case "rabbit-worker" -> new RabbitWorker(output);
            default -> throw new IllegalArgumentException("There is no program \"" + program + "\".");
        };
    }
}
