package io.faultline.scenario.probe;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.testcontainers.containers.ContainerState;

/**
 * A program that was run in a container beside its own, to its end.
 *
 * @param output the first megabyte of what it has written, to stdout and stderr
 */
record Execution(long exitCode, String output) {

    private static final int KEPT_BYTES = Exchange.KEPT_BYTES;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long NOT_FOUND = 127;

    /**
     * Runs it. One that outlasts the look goes on in the container: Docker has no way to end it.
     *
     * @throws ProbeException if the container has no such program
     */
    static Execution of(List<String> command, ContainerState container, ProbeExecution look) throws IOException {
        DockerClient client = container.getDockerClient();
        try {
            String id = client.execCreateCmd(container.getContainerId())
                    .withCmd(command.toArray(String[]::new))
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .exec()
                    .getId();
            Output output = look.closing(new Output());
            client.execStartCmd(id).exec(output).awaitCompletion();
            return new Execution(exitCode(client, id, look), output.text()).requireProgram(command);
        } catch (ConflictException e) {
            throw new IOException("the container is paused, or does not run", e);
        } catch (InterruptedException e) {
            throw new IOException("the look is over", e);
        }
    }

    // The stream's end can be seen before the exit code is.
    private static long exitCode(DockerClient client, String id, ProbeExecution look) throws IOException {
        while (look.left().toMillis() > 1) {
            Long code = client.inspectExecCmd(id).exec().getExitCodeLong();
            if (code != null) {
                return code;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new IOException("Docker does not report how the command has ended");
    }

    private Execution requireProgram(List<String> command) {
        if (exitCode == NOT_FOUND || output.contains("executable file not found")) {
            throw new ProbeException("Cannot run " + command + " in the container: " + Text.excerpt(output)
                    + ". Use a program that its image has.");
        }
        return this;
    }

    private static final class Output extends ResultCallback.Adapter<Frame> {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public synchronized void onNext(Frame frame) {
            byte[] payload = frame.getPayload();
            bytes.write(payload, 0, Math.max(0, Math.min(payload.length, KEPT_BYTES - bytes.size())));
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
