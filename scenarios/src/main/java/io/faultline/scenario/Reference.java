package io.faultline.scenario;

import io.faultline.docker.DockerEngine;
import io.faultline.docker.ProjectImage;
import java.util.List;
import java.util.Locale;

/**
 * The reference systems: each does units of work, says a line about each, notes it in its Redis, and stops when it is told
 * to. Each is one program that does all of that as it should, or leaves one {@link Weakness} at its default.
 */
public enum Reference {
    /** An HTTP service under waitress. */
    PYTHON_SERVICE("python", List.of("/reference/service.py"), 0),
    /** A worker that takes tasks from a queue in Redis. */
    PYTHON_WORKER("python", List.of("/reference/worker.py"), 0),
    /** An HTTP service of the JDK's own. A JVM that was told to stop ends with 143, though its hooks have run. */
    JAVA_SERVICE("java", List.of(), 143);

    private static final List<String> PYTHON =
            List.of("Dockerfile", "naive.py", "output.py", "service.py", "stopping.py", "work.py", "worker.py");
    private static final List<String> JAVA =
            List.of("Dockerfile", "Naive.class", "Output.class", "Service.class", "Store.class");

    private final String language;
    private final List<String> command;
    private final int exitCode;

    Reference(String language, List<String> command, int exitCode) {
        this.language = language;
        this.command = command;
        this.exitCode = exitCode;
    }

    /** Its image, built first if the engine does not have it. */
    String image(DockerEngine engine) {
        return ProjectImage.build(
                engine,
                "faultline/reference-" + language,
                "/io/faultline/scenario/" + language + "/",
                files().toArray(String[]::new));
    }

    String language() {
        return language;
    }

    /** What of its folder goes into its image. */
    List<String> files() {
        return language.equals("java") ? JAVA : PYTHON;
    }

    List<String> command() {
        return command;
    }

    /** What it ends with when it was told to stop and did so well. */
    int exitCode() {
        return exitCode;
    }

    boolean isService() {
        return this != PYTHON_WORKER;
    }

    /** As on the command line and in reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
