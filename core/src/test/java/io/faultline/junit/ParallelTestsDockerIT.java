package io.faultline.junit;

import static io.faultline.junit.FaultlineExtensionDockerIT.answers;
import static io.faultline.junit.FaultlineExtensionDockerIT.cut;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedSuccessfully;

import io.faultline.Faultline;
import io.faultline.world.InOneFolder;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.testcontainers.lifecycle.Startables;

/** Tests that run at the same time, each with a fault and a target of its own. */
class ParallelTestsDockerIT {

    static final List<Peer> PEERS = Stream.generate(Peer::new).limit(3).toList();

    @TempDir
    Path reports;

    @BeforeAll
    static void start() {
        Startables.deepStart(PEERS).join();
    }

    @AfterAll
    static void stop() {
        PEERS.forEach(Peer::stop);
    }

    private EngineExecutionResults run(Class<?> testCase, Map<String, String> configuration) {
        return InnerRun.of(EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testCase))
                .configurationParameter("faultline.strict", "false")
                .configurationParameters(configuration)
                .outputDirectoryCreator(new InOneFolder(reports)));
    }

    private static void assertNothingIsLeft() {
        for (Peer peer : PEERS) {
            try (Rules rules = Rules.of(peer)) {
                assertThat(rules.ours()).isEmpty();
            }
        }
        try (Rules host = Rules.ofHost()) {
            assertThat(host.oursAt(PEERS)).isEmpty();
        }
    }

    @Test
    void keepsParallelTestsApart() {
        EngineExecutionResults results = run(
                ParallelTestCase.class,
                Map.of(
                        "junit.jupiter.execution.parallel.config.strategy", "fixed",
                        "junit.jupiter.execution.parallel.config.fixed.parallelism", "3"));

        results.testEvents().finished().assertThatEvents().haveExactly(3, finishedSuccessfully());
        assertNothingIsLeft();
    }

    @FaultlineTest
    @Execution(ExecutionMode.CONCURRENT)
    static class ParallelTestCase {
        static final CyclicBarrier ALL_CUT = new CyclicBarrier(3);

        @Test
        void first(Faultline faultline) throws Exception {
            cutTogether(faultline, 0);
        }

        @Test
        void second(Faultline faultline) throws Exception {
            cutTogether(faultline, 1);
        }

        @Test
        void third(Faultline faultline) throws Exception {
            cutTogether(faultline, 2);
        }

        private static void cutTogether(Faultline faultline, int peer) throws Exception {
            cut(faultline, PEERS.get(peer));
            ALL_CUT.await(20, TimeUnit.SECONDS);
            assertThat(faultline.journal().events()).hasSizeGreaterThan(2);
            assertThat(answers(PEERS.get(peer))).isFalse();
        }
    }
}
