package io.faultline.agent;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A byte stream to a running agent and back. Docker's attach stream is one; another orchestrator's attach stream can be
 * the next. Its end is the agent's signal to heal everything.
 */
public interface AgentChannel extends Closeable {

    /** Whether the agent may be on this JVM's machine, with the same processes and files. */
    default boolean isOnThisMachine() {
        return false;
    }

    /** What the agent writes. Ends when the agent or the way to it is gone. */
    InputStream fromAgent();

    /** What the agent reads. A write is on its way when {@code flush} returns. */
    OutputStream toAgent();

    /** What is known about why the stream ended: the agent's last words on stderr, its exit code. May be empty. */
    String lastWords();

    /** Ends the stream; the agent heals what is open and leaves. Closing twice is closing once. */
    @Override
    void close() throws IOException;
}
