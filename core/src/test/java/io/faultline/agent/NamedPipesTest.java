package io.faultline.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the agent's own program, as a child of this JVM. It needs no rights for what is asked here. */
@Timeout(20)
class NamedPipesTest {

    @TempDir
    private Path folder;

    private Child child;

    @BeforeEach
    void start() throws IOException {
        child = new Child(folder.resolve("agent"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        child.process.destroyForcibly().waitFor();
    }

    @Test
    void asksForPipesAndThenGoesByThem() throws Exception {
        Agent agent = Agent.greet(child);
        assertThat(agent.proxiesAmong(List.of())).isEmpty();

        assertThat(child.requests()).hasSize(1).allMatch(each -> each.contains("\"pipes\""));
        assertThat(pipesFolder()).doesNotExist();
        agent.close();
        assertThat(child.process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(child.process.exitValue()).isZero();
    }

    @Test
    void staysWithItsChannelWhereTheAgentIsElsewhere() {
        child.isOnThisMachine = false;

        Agent agent = Agent.greet(child);
        agent.proxiesAmong(List.of());

        assertThat(child.requests())
                .noneMatch(each -> each.contains("\"pipes\""))
                .anyMatch(each -> each.contains("\"proxies\""));
        agent.close();
    }

    @Test
    void endsTheAgentWhenItIsClosed() throws Exception {
        Agent agent = Agent.greet(child);

        child.in.close(); // the channel alone; the pipes are this JVM's

        agent.gone().get(10, TimeUnit.SECONDS);
        assertThat(child.process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /** As when the engine is killed, and what holds the agent's standard streams is not. */
    @Test
    void endsTheAgentWhenItsChannelBreaksAndTheAgentDoesNotNotice() throws Exception {
        Agent agent = Agent.greet(child);

        child.broken = true;

        agent.gone().get(10, TimeUnit.SECONDS);
        assertThat(child.process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void hasTheLastWordsOfAnAgentThatWasKilled() throws Exception {
        Agent agent = Agent.greet(child);

        child.process.toHandle().destroyForcibly(); // which leaves its streams open

        agent.gone().get(10, TimeUnit.SECONDS);
        assertThatThrownBy(agent::proxies)
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("The agent is gone. Its last words: killed");
    }

    /** Until its garbage has been collected, and more. */
    @Test
    void goesByThemForAsLongAsItIsAsked() {
        Agent agent = Agent.greet(child);

        for (int i = 0; i < 2000; i++) {
            agent.proxiesAmong(List.of());
        }

        assertThat(agent.isAlive()).isTrue();
        agent.close();
    }

    @Test
    void survivesAThreadThatIsInterrupted() {
        Agent agent = Agent.greet(child);
        try {
            Thread.currentThread().interrupt();
            assertThat(agent.proxiesAmong(List.of())).isEmpty();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(agent.proxiesAmong(List.of())).isEmpty();
        agent.close();
    }

    /** That the agent was asked to make them in. */
    private Path pipesFolder() {
        JsonObject request = JsonParser.parseString(child.requests().get(0)).getAsJsonObject();
        return Path.of(request.get("folder").getAsString());
    }

    /** The program, asked over its standard streams. */
    private static final class Child implements AgentChannel {

        private final Process process;
        private final OutputStream in;
        private final StringBuffer sent = new StringBuffer();
        private final InputStream out;
        private volatile String lastWords = "";
        private volatile boolean broken;
        private boolean isOnThisMachine = true;

        Child(Path program) throws IOException {
            String name = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
            try (InputStream packed = Agent.class.getResourceAsStream("/io/faultline/agent-program/" + name)) {
                Files.copy(packed, program);
            }
            assertThat(program.toFile().setExecutable(true)).isTrue();
            process = new ProcessBuilder(program.toString(), "0a1b2c3d").start();
            out = new FilterInputStream(process.getInputStream()) {
                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    while (isSilent()) {
                        LockSupport.parkNanos(1_000_000);
                    }
                    int count = broken ? -1 : super.read(buffer, offset, length);
                    lastWords = count < 0 ? "killed" : "";
                    return count;
                }

                private boolean isSilent() {
                    try {
                        return process.isAlive() && in.available() == 0 && !broken;
                    } catch (IOException ended) {
                        return false;
                    }
                }
            };
            in = new BufferedOutputStream(new FilterOutputStream(process.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    sent.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
                    out.write(bytes, offset, length);
                }
            });
        }

        List<String> requests() {
            return sent.toString().lines().toList();
        }

        @Override
        public boolean isOnThisMachine() {
            return isOnThisMachine;
        }

        @Override
        public InputStream fromAgent() {
            return out;
        }

        @Override
        public OutputStream toAgent() {
            return in;
        }

        @Override
        public String lastWords() {
            return lastWords;
        }

        @Override
        public void close() {
            try {
                if (!broken) {
                    in.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
