package io.faultline.scenario.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.dockerjava.api.exception.NotFoundException;
import io.faultline.observe.Observation;
import io.faultline.scenario.UnboundRoleException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProbeExecutionTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private static Observation failing(Exception failure) throws InterruptedException {
        return ProbeExecution.within(LONG, look -> {
            throw failure;
        });
    }

    @Test
    void endsThoughItsThreadCannotBeInterrupted() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);

        Observation seen = ProbeExecution.within(Duration.ofMillis(100), look -> {
            while (true) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    continue; // as a library that swallows it
                }
            }
        });

        assertThat(seen.ok()).isFalse();
        assertThat(seen.detail()).isEqualTo("no answer within 100 ms");
    }

    @Test
    void closesWhatIsOpenedAfterItsEnd() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);

        ProbeExecution.within(Duration.ofMillis(50), look -> {
            while (true) {
                try {
                    over.await();
                    break;
                } catch (InterruptedException e) {
                    continue;
                }
            }
            look.closing(closed::countDown);
            return ProbeResult.ok("late");
        });
        over.countDown();

        assertThat(closed.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void countsWhatTheSystemDoesAsSeen() throws InterruptedException {
        assertThat(failing(new IllegalStateException("it is on no network")).detail())
                .startsWith("it is on no network after");
        assertThat(failing(new RuntimeException(new IOException("Connection reset by peer")))
                        .detail())
                .startsWith("connection reset");
        assertThat(failing(new NotFoundException("no such container")).detail())
                .startsWith("the container is not there any more");
    }

    @Test
    void throwsWhatTellsNothingAboutTheSystem() {
        assertThatExceptionOfType(ProbeException.class).isThrownBy(() -> failing(new ProbeException("no driver")));
        assertThatExceptionOfType(UnboundRoleException.class)
                .isThrownBy(() -> failing(new UnboundRoleException("no role")));
        assertThatExceptionOfType(ProbeException.class)
                .isThrownBy(() -> failing(new NullPointerException()))
                .withMessageContaining("a defect");
    }
}
