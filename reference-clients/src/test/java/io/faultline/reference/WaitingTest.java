package io.faultline.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingTest {

    private static final Unit UNIT = new Unit("a", Duration.ZERO, 0);

    @Test
    void isDoneOnlyWhenTheWorkerHasDoneIt() throws Exception {
        Waiting waiting = new Waiting(Duration.ofSeconds(10));

        assertThat(waiting.hand(UNIT, waiting::work)).isEqualTo(Answer.DONE);
        assertThat(new Waiting(Duration.ofMillis(10)).hand(UNIT, task -> {}).status())
                .isEqualTo(503);
    }

    @Test
    void handsOverAgainWhatWasLost() throws Exception {
        Waiting waiting = new Waiting(Duration.ofSeconds(10));
        List<String> handed = new ArrayList<>();

        Answer answer = waiting.hand(UNIT, task -> {
            handed.add(task);
            if (handed.size() == 2) {
                waiting.work(task);
            }
        });

        assertThat(answer).isEqualTo(Answer.DONE);
        assertThat(handed).containsExactly("a 0", "a 0");
    }
}
