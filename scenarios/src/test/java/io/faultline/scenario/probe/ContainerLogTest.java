package io.faultline.scenario.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ContainerLogTest {

    private static final String EARLY = "2026-01-02T03:04:05.000000001Z";
    private static final String LATE = "2026-01-02T03:04:05.000000002Z";

    private final ContainerLog.Reader reader = new ContainerLog.Reader();

    private void tells(StreamType stream, String text) {
        reader.onNext(new Frame(stream, text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void readsLinesOfBothStreams() {
        tells(StreamType.STDOUT, EARLY + " connected\n");
        tells(StreamType.STDERR, LATE + " lost: é\n");

        assertThat(reader.lines())
                .containsExactly(new ContainerLog.Line(EARLY, "connected"), new ContainerLog.Line(LATE, "lost: é"));
    }

    @Test
    void joinsALongLineThatComesInSeveralFrames() {
        tells(StreamType.STDOUT, EARLY + " con");
        tells(StreamType.STDERR, LATE + " between\n");
        tells(StreamType.STDOUT, LATE + " nected\n");

        assertThat(reader.lines()).contains(new ContainerLog.Line(EARLY, "connected"));
    }

    @Test
    void cutsTheOutputOfATerminalIntoLines() {
        tells(StreamType.RAW, EARLY + " one\r\n" + LATE + " tw");
        tells(StreamType.RAW, "o\r\n");

        assertThat(reader.lines())
                .containsExactly(new ContainerLog.Line(EARLY, "one"), new ContainerLog.Line(LATE, "two"));
    }

    @Test
    void readsALastLineWithoutItsEnd() {
        tells(StreamType.STDOUT, EARLY + " ready");

        assertThat(reader.lines()).containsExactly(new ContainerLog.Line(EARLY, "ready"));
    }

    @Test
    void countsOnlyLaterLines() {
        tells(StreamType.STDOUT, EARLY + " connected\n");
        ContainerLog log = new ContainerLog(reader.lines(), EARLY);

        assertThat(log.firstLater("", text -> true)).contains("connected");
        assertThat(log.firstLater(EARLY, text -> true)).isEmpty();
    }
}
