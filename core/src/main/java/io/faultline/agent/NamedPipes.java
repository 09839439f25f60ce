package io.faultline.agent;

import com.google.gson.JsonObject;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to an agent on this machine that does not lead through the engine: two named pipes, which the agent makes in a folder of
 * this JVM's. The channel that it was reached by stays for its last words, and the end of either way is the end of both. Not a
 * socket: a thread that is interrupted while it writes to a socket channel closes it.
 */
final class NamedPipes implements AgentChannel {

    private static final Logger LOG = LoggerFactory.getLogger(NamedPipes.class);
    private static final Duration LAST_WORDS_LIMIT = Duration.ofSeconds(2);
    private static final String REQUESTS = "requests";
    private static final String ANSWERS = "answers";

    private final AgentChannel through;
    private final OutputStream toAgent;
    private final InputStream fromAgent;

    private NamedPipes(Path folder, AgentChannel through, CompletableFuture<Void> throughEnd) throws IOException {
        this.through = through;
        this.toAgent = opened(folder.resolve(REQUESTS), FileOutputStream::new);
        this.fromAgent = new UpToBothEnds(opened(folder.resolve(ANSWERS), FileInputStream::new), throughEnd);
        throughEnd.thenRun(this::end);
    }

    /** Empty where the agent can make none, as it cannot if it or this JVM is in a machine or a container of its own. */
    static Optional<AgentChannel> to(Wire wire, AgentChannel through) {
        if (!through.isOnThisMachine()) {
            return Optional.empty();
        }
        try {
            Path folder = Files.createTempDirectory("faultline-").toRealPath(); // for this user alone
            try {
                long pid = ProcessHandle.current().pid();
                wire.ask("pipes", Map.of("pid", pid, "folder", folder.toString()), JsonObject.class);
                return Optional.of(new NamedPipes(folder, through, wire.end()));
            } finally {
                Files.deleteIfExists(folder.resolve(REQUESTS));
                Files.deleteIfExists(folder.resolve(ANSWERS));
                Files.delete(folder);
            }
        } catch (IOException | AgentException e) {
            LOG.debug("The agent is asked through the engine: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private interface Opener<T> {
        T open(File file) throws IOException;
    }

    /** Opening one end waits for somebody at the other, and the agent may have died: so that is held meanwhile. */
    private static <T> T opened(Path pipe, Opener<T> opener) throws IOException {
        RandomAccessFile both = new RandomAccessFile(pipe.toFile(), "rw");
        try (both) {
            return opener.open(pipe.toFile());
        }
    }

    /** Ends once the channel has ended, too, and so has the agent's last words. */
    private static final class UpToBothEnds extends FilterInputStream {

        private final CompletableFuture<Void> throughEnd;

        UpToBothEnds(InputStream in, CompletableFuture<Void> throughEnd) {
            super(in);
            this.throughEnd = throughEnd;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            if (count < 0) {
                throughEnd
                        .copy()
                        .completeOnTimeout(null, LAST_WORDS_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
            }
            return count;
        }
    }

    /** An engine that was killed takes the channel with it and leaves the agent, which has to heal. */
    private void end() {
        try {
            toAgent.close();
        } catch (IOException e) {
            LOG.debug("The pipe to the agent could not be closed: {}", e.getMessage());
        }
    }

    @Override
    public boolean isOnThisMachine() {
        return true;
    }

    @Override
    public InputStream fromAgent() {
        return fromAgent;
    }

    @Override
    public OutputStream toAgent() {
        return toAgent;
    }

    @Override
    public String lastWords() {
        return through.lastWords();
    }

    @Override
    public void close() throws IOException {
        try (through) {
            toAgent.close(); // the agent leaves, and so ends what it writes
        }
    }
}
