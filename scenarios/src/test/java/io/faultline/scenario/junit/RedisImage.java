package io.faultline.scenario.junit;

import java.util.concurrent.Future;
import org.testcontainers.images.builder.ImageFromDockerfile;

/** The reference systems' Redis, for tests that start it themselves. */
final class RedisImage {

    private RedisImage() {}

    static Future<String> get() {
        return new ImageFromDockerfile("faultline/contract-redis", false)
                .withFileFromClasspath("Dockerfile", "io/faultline/scenario/redis/Dockerfile");
    }
}
