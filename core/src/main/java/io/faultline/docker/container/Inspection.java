package io.faultline.docker.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import io.faultline.docker.engine.EngineException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the engine says about a container, as far as its client library can read it. */
public final class Inspection {

    private static final Pattern UNREADABLE = Pattern.compile("Error parsing ExposedPort '([^']*)'");

    private Inspection() {}

    /**
     * Asks the engine.
     *
     * @throws com.github.dockerjava.api.exception.NotFoundException if there is no such container
     * @throws EngineException if the container exposes a range of ports, which Compose passes on as it is written
     */
    public static InspectContainerResponse of(DockerClient client, String id) {
        try {
            return client.inspectContainerCmd(id).exec();
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                Matcher port = UNREADABLE.matcher(String.valueOf(cause.getMessage()));
                if (port.find()) {
                    throw new EngineException(
                            "The container " + id.substring(0, Math.min(12, id.length())) + " exposes \""
                                    + port.group(1)
                                    + "\", which docker-java, the client library of Testcontainers, cannot read: write the "
                                    + "ports of \"expose\" in the Compose file one by one, or leave \"expose\" out, since "
                                    + "containers on one network reach every port of each other anyway.",
                            e);
                }
            }
            throw e;
        }
    }
}
