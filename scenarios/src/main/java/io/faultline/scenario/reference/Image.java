package io.faultline.scenario.reference;

import io.faultline.docker.DockerEngine;
import io.faultline.docker.EngineException;
import io.faultline.docker.ProjectImage;
import java.util.List;

/**
 * An image of ours that programs run in.
 *
 * @param name also of the folder beside this package that its files are in
 * @param files all of that folder
 */
record Image(String name, List<String> files) {

    static final Image PYTHON = new Image(
            "python",
            List.of(
                    "Dockerfile",
                    "asynchronous.py",
                    "dependency.py",
                    "fetch.py",
                    "files_server.py",
                    "front.py",
                    "ftp.py",
                    "ftp_server.py",
                    "lease.py",
                    "naive.py",
                    "output.py",
                    "publisher.py",
                    "service.py",
                    "spool.py",
                    "stopping.py",
                    "store.py",
                    "worker.py"));
    static final Image REDIS = new Image("redis", List.of("Dockerfile"));

    /**
     * Builds it if the engine does not have it.
     *
     * @return the name that the engine knows it by
     * @throws EngineException if it cannot be built
     */
    String build(DockerEngine engine) {
        return ProjectImage.build(
                engine,
                "faultline/reference-" + name,
                "/io/faultline/scenario/" + name + "/",
                files.toArray(String[]::new));
    }
}
