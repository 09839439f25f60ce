package io.faultline.scenario.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.faultline.observe.Observation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisProbeTest {

    private static final RedisProbe PING = new RedisProbe("client", RedisProbe.PORT);

    private static Observation look(String answer) throws InterruptedException {
        try (Listener redis = Listener.answering(answer)) {
            return PING.look(redis, Duration.ofSeconds(20));
        }
    }

    @Test
    void wantsPong() throws InterruptedException {
        assertThat(look("+PONG\r\n").ok()).isTrue();
        assertThat(look("+PONG\r\n").detail()).matches("PONG after \\d+ ms");
    }

    @Test
    void tellsWhatItWasAnsweredInstead() throws InterruptedException {
        Observation seen = look("-LOADING Redis is loading the dataset in memory\r\n");

        assertThat(seen.ok()).isFalse();
        assertThat(seen.detail()).startsWith("LOADING Redis is loading");
        assertThat(look("+PON").ok()).isFalse();
    }

    @Test
    void cannotTellWithoutThePassword() {
        assertThatExceptionOfType(ProbeException.class)
                .isThrownBy(() -> look("-NOAUTH Authentication required.\r\n"))
                .withMessageContaining("redis-cli -a PASSWORD ping");
    }

    @Test
    void endsInTimeThoughNobodyAnswers() throws InterruptedException {
        try (Listener silent = Listener.silent()) {
            assertThat(PING.look(silent, Duration.ofMillis(100)).detail()).isEqualTo("no answer within 100 ms");
        }
    }
}
