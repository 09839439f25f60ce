package worker;

import java.util.concurrent.Future;
import org.testcontainers.images.builder.ImageFromDockerfile;

/** Redis from Debian's packages, for networks without a registry; {@code "redis:7"} does as well. */
final class RedisImage {

    private RedisImage() {}

    static Future<String> get() {
        return new ImageFromDockerfile("faultline/example-redis", false)
                .withFileFromClasspath("Dockerfile", "redis.Dockerfile");
    }
}
