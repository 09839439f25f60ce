package io.faultline.docker.output;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import io.faultline.docker.engine.EngineException;
import io.faultline.effect.UnreadOutput;
import io.faultline.effect.UnreadOutput.Stream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An attach stream of which nothing is read. Docker then reads no more of the container's output either, until this is
 * closed, or the connection is by the end of this JVM.
 */
final class UnreadStream implements AutoCloseable {

    private static final long ATTACH_LIMIT_SECONDS = 20;

    private final CountDownLatch released = new CountDownLatch(1);
    private final ResultCallback.Adapter<Frame> frames = new ResultCallback.Adapter<>() {
        @Override
        public void onNext(Frame frame) {
            try {
                released.await(); // what calls this reads the stream, and not before it returns
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void onComplete() {
            endedByItself = released.getCount() > 0;
            super.onComplete();
        }

        @Override
        public void onError(Throwable cause) {
            endedByItself = released.getCount() > 0;
            super.onError(cause);
        }
    };
    private volatile boolean endedByItself;

    UnreadStream(DockerClient client, UnreadOutput output) {
        client.attachContainerCmd(output.containerId())
                .withStdOut(output.streams().contains(Stream.STDOUT))
                .withStdErr(output.streams().contains(Stream.STDERR))
                .withFollowStream(true)
                .exec(frames);
        try {
            if (!frames.awaitStarted(ATTACH_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                close();
                throw new EngineException("Docker did not attach to the output of " + output.place() + " within "
                        + ATTACH_LIMIT_SECONDS + " s. Is the engine overloaded? 'faultline doctor' shows more.");
            }
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new EngineException("Interrupted while attaching to the output of " + output.place() + ".", e);
        }
    }

    /** Whether Docker ended it: the container died, or the engine did. */
    boolean endedByItself() {
        return endedByItself;
    }

    @Override
    public void close() {
        released.countDown();
        try {
            frames.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
