package io.faultline.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.faultline.fault.packet.WithPartition;
import io.faultline.fault.shaping.WithLatency;
import io.faultline.inject.NoEffectError;
import io.faultline.world.Peer;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.testcontainers.lifecycle.Startables;

/** A fault that is declared is injected and judged, wherever it stands: no class here is a {@link FaultlineTest}. */
@Timeout(120)
class DeclaredAloneDockerIT {

    static final Peer ONE = new Peer();
    static final Peer OTHER = new Peer();

    @BeforeAll
    static void start() {
        Startables.deepStart(ONE, OTHER).join();
    }

    @AfterAll
    static void stop() {
        ONE.stop();
        OTHER.stop();
    }

    private static EngineExecutionResults run(Class<?> testCase) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testCase))
                .configurationParameter("faultline.strict", "true")
                .execute();
    }

    static void requireCut(Peer peer) {
        assertThat(AnnotationsDockerIT.connecting(peer)).isEqualTo("times out");
    }

    private static void assertAllPass(Class<?> testCase, int tests) {
        EngineExecutionResults results = run(testCase);
        assertThat(results.allEvents().failed().list()).isEmpty();
        results.testEvents().assertStatistics(stats -> stats.succeeded(tests));
        assertThat(AnnotationsDockerIT.connecting(ONE)).isEqualTo("connects");
        assertThat(AnnotationsDockerIT.connecting(OTHER)).isEqualTo("connects");
    }

    @Test
    void onAClass() {
        assertAllPass(OnClassTestCase.class, 1);
    }

    @WithPartition("one")
    static class OnClassTestCase {
        final Peer one = ONE;

        @Test
        void isCut() {
            requireCut(one);
        }
    }

    @Test
    void onMethodsOfEveryKindThatIsATest() {
        assertAllPass(OnMethodsTestCase.class, 7);
    }

    static class OnMethodsTestCase {
        final Peer one = ONE;
        final Peer other = OTHER;

        @Test
        @WithPartition("one")
        void once() {
            requireCut(one);
        }

        @Test
        @WithPartition("one")
        @WithPartition("other")
        void twice() {
            requireCut(one);
            requireCut(other);
        }

        @RepeatedTest(2)
        @WithPartition("one")
        void repeated() {
            requireCut(one);
        }

        @ParameterizedTest
        @ValueSource(ints = 1)
        @WithPartition("one")
        void parameterized(int number) {
            requireCut(one);
        }

        @TestFactory
        @WithPartition("one")
        Stream<DynamicTest> dynamic() {
            return Stream.of("first", "second").map(name -> DynamicTest.dynamicTest(name, () -> requireCut(one)));
        }
    }

    @Test
    void onAClassAroundAndOnANestedOne() {
        assertAllPass(OuterTestCase.class, 2);
    }

    @WithPartition("one")
    static class OuterTestCase {
        final Peer one = ONE;

        @Nested
        class Inside {
            @Test
            void isCut() {
                requireCut(one);
            }
        }

        @Nested
        @WithPartition("other")
        class InsideToo {
            private final Peer other = OTHER;

            @Test
            void isCutToo() {
                requireCut(one);
                requireCut(other);
            }
        }
    }

    @Test
    void onWhatAClassExtendsOrImplementsThoughTheAnnotationIsNotInherited() {
        assertAllPass(ExtendingTestCase.class, 1);
    }

    @Retention(RetentionPolicy.RUNTIME)
    @WithPartition("one")
    @interface WithoutOne {}

    @WithoutOne
    abstract static class Above {
        final Peer one = ONE;
    }

    @WithPartition("other")
    interface WithoutOther {}

    static class ExtendingTestCase extends Above implements WithoutOther {
        final Peer other = OTHER;

        @Test
        void isCutFromBoth() {
            requireCut(one);
            requireCut(other);
        }
    }

    @Test
    void isJudged() {
        run(NeverMetTestCase.class)
                .testEvents()
                .assertStatistics(stats -> stats.started(2).failed(2))
                .assertThatEvents()
                .haveExactly(2, finishedWithFailure(instanceOf(NoEffectError.class)));
    }

    static class NeverMetTestCase {
        final Peer one = ONE;

        @Test
        @WithPartition("one")
        void nobodyUsesIt() {}

        @Nested
        @WithPartition("one")
        class Inside {
            @Test
            void norHere() {}
        }
    }

    @Test
    void isRefusedWhereItWouldNeverBeInjected() {
        run(MisplacedTestCase.class)
                .allEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(ExtensionConfigurationException.class),
                                message(text -> text.contains("@WithPartition on \"prepare\": this is no test")
                                        && text.contains("@WithLatency on \"helps\"")
                                        && text.contains("call faultline.inject"))));
    }

    static class MisplacedTestCase {
        final Peer one = ONE;

        @BeforeEach
        @WithPartition("one")
        void prepare() {}

        @WithLatency(value = "one", delay = "1s")
        void helps() {}

        @Test
        @WithPartition("one")
        void isNotEvenRun() {
            throw new IllegalStateException("its class cannot be understood");
        }
    }

    @Test
    void ofWhatIsToStopIsUnderstoodOnAnInstancesFieldToo() {
        run(MistakenStopTestCase.class)
                .allEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(ExtensionConfigurationException.class),
                                message(text ->
                                        text.contains("signal(\"KILL\")") && text.contains("without @Container"))));
    }

    static class MistakenStopTestCase {
        @StopsGracefully(signal = "KILL")
        final Peer one = ONE;

        @Test
        void isNotEvenRun() {
            throw new IllegalStateException("its annotation cannot be understood");
        }
    }
}
