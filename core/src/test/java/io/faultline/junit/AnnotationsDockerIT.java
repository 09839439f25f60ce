package io.faultline.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.faultline.fault.packet.Partition;
import io.faultline.fault.packet.WithPacketLoss;
import io.faultline.fault.packet.WithPartition;
import io.faultline.fault.packet.WithResetConnections;
import io.faultline.inject.NoEffectError;
import io.faultline.world.Peer;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.testcontainers.lifecycle.Startables;

@Timeout(120)
class AnnotationsDockerIT {

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

    private static Events run(Class<?> testCase) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testCase))
                .configurationParameter("faultline.strict", "true")
                .execute()
                .testEvents();
    }

    static String connecting(Peer peer) {
        try (Socket socket = peer.connectDirectly()) {
            return socket.isConnected() ? "connects" : "nothing";
        } catch (SocketTimeoutException e) {
            return "times out";
        } catch (ConnectException e) {
            return "is refused";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void injectsAroundTheBodyAloneWhatAnnotationsOfEveryKindDeclare() {
        run(AroundTheBodyTestCase.class)
                .assertStatistics(stats -> stats.started(6).succeeded(6));
    }

    @Test
    void injectsForEachTestWhatItsClassAndTheClassAroundItDeclare() {
        run(ClassTestCase.class).assertStatistics(stats -> stats.started(2).succeeded(2));
    }

    @Test
    void failsATestWhoseDeclaredFaultNeverBit() {
        run(NeverBitTestCase.class)
                .assertThatEvents()
                .haveExactly(1, finishedWithFailure(instanceOf(NoEffectError.class)));
        assertThat(connecting(ONE)).isEqualTo("connects");
    }

    @Test
    void tellsAllProblemsOfAllAnnotationsAtOnce() {
        run(MistakenTestCase.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(ExtensionConfigurationException.class),
                                message(text -> text.contains(
                                                "@WithPartition: there is no container in a field \"two\"")
                                        && text.contains("containers: [one, other, idle]")
                                        && text.contains("@WithPartition: \"after\" is soon, but must be a time")
                                        && text.contains("@WithPartition: Invalid ports \"http\"")
                                        && text.contains("@WithPartition: The container \"idle\" was not started")
                                        && text.contains("@WithPacketLoss: Name either percent or every")
                                        && text.contains("@WithResetConnections: pulse takes two times")
                                        && !text.contains("unknown"))));
        assertThat(connecting(ONE)).isEqualTo("connects");
    }

    @FaultlineTest
    static class AroundTheBodyTestCase {

        private final Peer one = ONE;
        private final Peer other = OTHER;

        @BeforeEach
        @AfterEach
        void isWell() {
            assertThat(connecting(one)).isEqualTo("connects");
            assertThat(connecting(other)).isEqualTo("connects");
        }

        @Test
        @WithPartition("one")
        void isolated() {
            assertThat(connecting(one)).isEqualTo("times out");
            assertThat(connecting(other)).isEqualTo("connects");
        }

        @Test
        @WithPartition("one")
        @WithPartition(value = "other", ports = "7000-7001", protocol = "tcp", refusal = Partition.Refusal.RESET)
        void twice() {
            assertThat(connecting(one)).isEqualTo("times out");
            assertThat(connecting(other)).isEqualTo("is refused");
        }

        @Test
        @WithPartition({"one", "other"})
        void apart() throws Exception {
            assertThat(one.reaches(other.address(), Peer.PORT)).isFalse();
            assertThat(connecting(one)).isEqualTo("connects");
        }

        @Test
        @BadDay
        void byAnAnnotationOfOnesOwn() {
            assertThat(connecting(one)).isEqualTo("times out");
            assertThat(connecting(other)).isEqualTo("times out");
        }

        @Test
        @WithPartition(value = "one", schedule = @FaultSchedule(lasting = "100ms"))
        void forATime() {
            assertThat(connecting(one)).isIn("times out", "connects"); // its second SYN comes after 1 s, as its timeout
            assertThat(connecting(one)).isEqualTo("connects");
        }

        @Test
        @WithResetConnections(value = "one", schedule = @FaultSchedule(after = "300ms"))
        void later() throws Exception {
            try (Socket socket = one.connectPublished()) {
                socket.setSoTimeout(5000);
                assertThat(reading(socket)).isEqualTo("Connection reset");
            }
        }

        private static String reading(Socket socket) {
            try {
                return "read " + socket.getInputStream().read();
            } catch (IOException e) {
                return e.getMessage();
            }
        }
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @WithPartition("one")
    @WithPacketLoss(value = "other", percent = 100)
    @interface BadDay {}

    @FaultlineTest
    @WithPartition("one")
    static class ClassTestCase {

        final Peer one = ONE;

        @Test
        void isCut() {
            assertThat(connecting(one)).isEqualTo("times out");
        }

        @Nested
        class Inside {

            private final Peer other = OTHER;

            @Test
            @WithPartition("other")
            void isCutToo() {
                assertThat(connecting(one)).isEqualTo("times out");
                assertThat(connecting(other)).isEqualTo("times out");
            }
        }
    }

    @FaultlineTest
    static class NeverBitTestCase {

        final Peer one = ONE;

        @Test
        @WithPartition("one")
        void isIdle() {}
    }

    @FaultlineTest
    static class MistakenTestCase {

        final Peer one = ONE;
        final Peer other = OTHER;
        final Peer idle = new Peer();

        @Test
        @WithPartition(
                value = {"one", "two"},
                schedule = @FaultSchedule(after = "soon"))
        @WithPartition(value = "one", ports = "http")
        @WithPartition("idle")
        @WithPacketLoss("one")
        @WithResetConnections(value = "other", schedule = @FaultSchedule(pulse = "1s"))
        void isNotEvenRun() {
            throw new IllegalStateException("its faults cannot be made");
        }
    }
}
