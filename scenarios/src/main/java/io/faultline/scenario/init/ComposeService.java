package io.faultline.scenario.init;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One service of a Compose file.
 *
 * @param image empty if it is built
 * @param ports in the container, those that are published first
 * @param dependsOn the names of other services
 * @param healthPath what its health check asks over HTTP
 */
record ComposeService(
        String name, String image, List<Integer> ports, List<String> dependsOn, Optional<String> healthPath) {

    private static final List<String> SOFTWARE = List.of(
            "redis",
            "valkey",
            "postgres",
            "postgis",
            "timescale",
            "mariadb",
            "mysql",
            "rabbitmq",
            "mongo",
            "memcached",
            "kafka",
            "nats",
            "elasticsearch",
            "cassandra",
            "zookeeper",
            "etcd",
            "minio");

    ComposeService {
        ports = List.copyOf(ports);
        dependsOn = List.copyOf(dependsOn);
    }

    /** Whether others depend on it, by what its image is called, or itself if it has none. */
    boolean isServer() {
        String called = (image.isEmpty() ? name : image.replaceFirst(".*/", "")).toLowerCase(Locale.ROOT);
        return SOFTWARE.stream().anyMatch(called::contains);
    }

    /** The one that is probably judged: no server, depends on something, is asked from outside. */
    static Optional<ComposeService> client(List<ComposeService> services) {
        return best(List.of(
                services.stream(),
                services.stream().filter(service -> !service.isServer()),
                services.stream()
                        .filter(service ->
                                !service.isServer() && !service.dependsOn().isEmpty()),
                services.stream()
                        .filter(service -> !service.isServer()
                                && !service.dependsOn().isEmpty()
                                && !service.ports().isEmpty())));
    }

    /** What it probably needs. */
    Optional<ComposeService> dependency(List<ComposeService> services) {
        return best(List.of(
                services.stream().filter(service -> !service.equals(this)),
                services.stream().filter(service -> !service.equals(this) && service.isServer()),
                services.stream().filter(service -> dependsOn.contains(service.name())),
                services.stream().filter(service -> dependsOn.contains(service.name()) && service.isServer())));
    }

    /** The first of the last that has any. */
    private static Optional<ComposeService> best(List<Stream<ComposeService>> better) {
        return better.stream().map(Stream::findFirst).reduce(Optional.empty(), (worse, best) -> best.or(() -> worse));
    }
}
