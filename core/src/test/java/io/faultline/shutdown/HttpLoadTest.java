package io.faultline.shutdown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.verify.InconclusiveError;
import io.faultline.world.HttpServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpLoadTest {

    private static final String WELL = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final long LIMIT_SECONDS = 20;

    /** A service that holds what it was asked until it is told to stop, and then answers it, or closes without an answer. */
    private static final class Leaving {

        private final CountDownLatch underWay = new CountDownLatch(3);
        private final CountDownLatch signalled = new CountDownLatch(1);
        private final AtomicBoolean warm = new AtomicBoolean();
        private final boolean drops;

        Leaving(boolean drops) {
            this.drops = drops;
        }

        String answer(HttpServer.Connection connection, int number) throws InterruptedException {
            if (warm.compareAndSet(false, true) || signalled.getCount() == 0) {
                return WELL;
            }
            underWay.countDown();
            assertThat(signalled.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            return drops ? "" : WELL;
        }
    }

    private static Tally leaving(boolean drops) throws Exception {
        Leaving leaving = new Leaving(drops);
        try (HttpServer server = HttpServer.answering(leaving::answer)) {
            HttpLoad load = HttpLoad.on(server.uri()).atATime(3);
            load.begin();
            assertThat(leaving.underWay.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            load.signalled(System.nanoTime());
            leaving.signalled.countDown();
            return load.end();
        }
    }

    @Test
    void countsWhatWasFinished() throws Exception {
        Tally tally = leaving(false);

        assertThat(tally.underWay()).isEqualTo(3);
        assertThat(tally.finished()).isEqualTo(3);
    }

    @Test
    void doesNotHideRequestsThatWereDroppedByAskingAgain() throws Exception {
        Tally tally = leaving(true);

        assertThat(tally.underWay()).isEqualTo(3);
        assertThat(tally.finished()).isZero();
        assertThat(tally.failures()).containsOnly("EOF");
    }

    @Test
    void tellsWhyNothingIsAnswered(@TempDir Path folder) throws Exception {
        try (HttpServer server = HttpServer.secured(folder, (connection, number) -> WELL)) {
            assertThatThrownBy(() -> HttpLoad.on(server.uri()).begin())
                    .isInstanceOf(InconclusiveError.class)
                    .hasMessageContaining("shows a certificate that this JVM does not trust");
            HttpLoad trusting = HttpLoad.on(server.uri()).sslContext(server.trust());
            trusting.begin();
            assertThat(trusting.end().failures()).isEmpty();
        }
    }

    @Test
    void refusesWhatIsNoHttp() {
        assertThatIllegalArgumentException().isThrownBy(() -> HttpLoad.on(URI.create("localhost:8080")));
    }
}
