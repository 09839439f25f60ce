package io.faultline.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.faultline.Faultline;
import io.faultline.docker.engine.Labels;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What a test costs that injects nothing. */
@Timeout(120)
class IdleTestDockerIT {

    private static final Duration BUDGET = Duration.ofMillis(5);
    private static final int TESTS = 300;

    @Test
    void startsNoAgentAndCostsNextToNothing(TestReporter report) {
        long plain = median(PlainTestCase.class, PlainTestCase.BEGAN);
        long idle = median(IdleTestCase.class, IdleTestCase.BEGAN);

        assertThat(IdleTestCase.agents).isEmpty();
        report.publishEntry(
                Map.of("plain test, µs", Long.toString(plain / 1000), "idle test, µs", Long.toString(idle / 1000)));
        assertThat(Duration.ofNanos(idle - plain)).isLessThan(BUDGET); // of medians, which other processes hardly move
    }

    /** From the beginning of one test to that of the next. */
    private static long median(Class<?> testCase, List<Long> began) {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testCase))
                .configurationParameter("faultline.strict", "true")
                .execute()
                .testEvents()
                .assertStatistics(stats -> stats.succeeded(TESTS));
        List<Long> took = new CopyOnWriteArrayList<>();
        for (int i = 1; i < began.size(); i++) {
            took.add(began.get(i) - began.get(i - 1));
        }
        return took.stream().sorted().skip(took.size() / 2).findFirst().orElseThrow();
    }

    static class PlainTestCase {
        static final List<Long> BEGAN = new CopyOnWriteArrayList<>();

        @BeforeEach
        void begins() {
            BEGAN.add(System.nanoTime());
        }

        @RepeatedTest(TESTS)
        void doesNothing() {}
    }

    @FaultlineTest
    static class IdleTestCase {
        static final List<Long> BEGAN = new CopyOnWriteArrayList<>();
        static volatile List<String> agents = List.of("nobody has looked");
        private static volatile Faultline last;

        @BeforeEach
        void begins(Faultline faultline) {
            BEGAN.add(System.nanoTime());
            last = faultline;
        }

        @RepeatedTest(TESTS)
        void doesNothing() {}

        @AfterAll
        static void look() {
            agents = last
                    .run()
                    .engine()
                    .client()
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(Map.of(Labels.RUN, last.run().id()))
                    .exec()
                    .stream()
                    .map(container -> container.getId())
                    .toList();
        }
    }
}
