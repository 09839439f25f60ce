package io.faultline.scenario.reference;

import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.EngineException;
import io.faultline.docker.engine.ProjectImage;
import java.util.Locale;

/** An image of ours that programs run in. */
enum Image {
    /** Of the module reference-clients. */
    JAVA("/io/faultline/reference/"),
    MARIADB("/io/faultline/scenario/mariadb/"),
    POSTGRES("/io/faultline/scenario/postgres/"),
    PYTHON("/io/faultline/scenario/python/"),
    RABBITMQ("/io/faultline/scenario/rabbitmq/"),
    REDIS("/io/faultline/scenario/redis/");

    private final String folder;

    Image(String folder) {
        this.folder = folder;
    }

    String folder() {
        return folder;
    }

    /**
     * Builds it if the engine does not have it; of several threads, one.
     *
     * @return the name that the engine knows it by
     * @throws EngineException if it cannot be built
     */
    synchronized String build(DockerEngine engine) {
        return ProjectImage.build(engine, "faultline/reference-" + name().toLowerCase(Locale.ROOT), folder);
    }
}
