package io.faultline.docker.engine;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.faultline.agent.AgentChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The agent's channel over Docker's attach stream. The container was created with {@code StdinOnce}: when this stream
 * ends, for whatever reason, the agent reads the end of its stdin.
 */
@API(status = Status.INTERNAL)
public final class AttachedContainer implements AgentChannel {

    private static final int LAST_WORDS_LIMIT = 2000;
    private static final long ATTACH_LIMIT_SECONDS = 20;

    private final ByteQueue toAgent = new ByteQueue();
    private final ByteQueue fromAgent = new ByteQueue();
    private final StringBuilder stderr = new StringBuilder();
    private final boolean isOnThisMachine;
    private final ResultCallback.Adapter<Frame> frames = new ResultCallback.Adapter<>() {
        @Override
        public void onNext(Frame frame) {
            if (frame.getStreamType() == StreamType.STDERR) {
                remember(new String(frame.getPayload(), StandardCharsets.UTF_8));
            } else {
                fromAgent.put(frame.getPayload(), 0, frame.getPayload().length);
            }
        }

        @Override
        public void onComplete() {
            fromAgent.close();
            super.onComplete();
        }

        @Override
        public void onError(Throwable cause) {
            remember("the stream to it broke (" + cause + ")");
            fromAgent.close();
            super.onError(cause);
        }
    };

    /** Attaches to a container that was created but not started. */
    public AttachedContainer(DockerEngine engine, String containerId) {
        this.isOnThisMachine = engine.isByUnixSocket();
        engine.client()
                .attachContainerCmd(containerId)
                .withStdIn(toAgent)
                .withStdOut(true)
                .withStdErr(true)
                .withFollowStream(true)
                .exec(frames);
        try {
            if (!frames.awaitStarted(ATTACH_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new EngineException("Docker did not attach to the agent's container within "
                        + ATTACH_LIMIT_SECONDS + " s. Is the engine overloaded? 'faultline doctor' shows more.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("Interrupted while attaching to the agent's container.", e);
        }
    }

    @Override
    public boolean isOnThisMachine() {
        return isOnThisMachine;
    }

    @Override
    public InputStream fromAgent() {
        return fromAgent;
    }

    @Override
    public OutputStream toAgent() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                toAgent.put(bytes, offset, length);
            }
        };
    }

    private synchronized void remember(String words) {
        stderr.append(words);
        stderr.delete(0, Math.max(0, stderr.length() - LAST_WORDS_LIMIT));
    }

    @Override
    public synchronized String lastWords() {
        return stderr.toString().strip();
    }

    @Override
    public void close() throws IOException {
        toAgent.close();
        frames.close();
        fromAgent.close();
    }
}
