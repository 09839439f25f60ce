package io.faultline.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.faultline.fault.packet.WithDisconnect;
import io.faultline.topology.TargetException;
import io.faultline.world.Peer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class DisconnectedDockerIT {

    static final Peer PEER = new Peer();

    @BeforeAll
    static void start() {
        PEER.start();
    }

    @AfterAll
    static void stop() {
        PEER.stop();
    }

    @Test
    void disconnectsAroundTheBodyAlone() {
        run(AroundTheBodyTestCase.class)
                .assertStatistics(stats -> stats.started(3).succeeded(3));
    }

    @Test
    void failsATestThatNamesAnotherNetwork() {
        run(MistakenTestCase.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(TargetException.class),
                                message(text -> text.contains("not attached to a network \"backend\""))));
        assertThat(isConnected()).isTrue();
    }

    private static Events run(Class<?> testCase) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testCase))
                .configurationParameter("faultline.strict", "true")
                .execute()
                .testEvents()
                .debug();
    }

    static boolean isConnected() {
        return !PEER.getCurrentContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .isEmpty();
    }

    @FaultlineTest
    static class AroundTheBodyTestCase {

        final Peer peer = PEER;

        @BeforeEach
        @AfterEach
        void isWell() {
            assertThat(isConnected()).isTrue();
        }

        @Test
        @WithDisconnect("peer")
        void fromAll() {
            assertThat(isConnected()).isFalse();
        }

        @Test
        @WithDisconnect(value = "peer", network = "bridge")
        void fromOne() {
            assertThat(isConnected()).isFalse();
        }

        @Test
        @WithDisconnect(value = "peer", schedule = @FaultSchedule(lasting = "1ms"))
        void forATime() {
            assertThat(peer.getContainerId()).isNotNull();
        }
    }

    @FaultlineTest
    static class MistakenTestCase {

        final Peer peer = PEER;

        @Test
        @WithDisconnect(value = "peer", network = "backend")
        void isNotEvenRun() {
            throw new IllegalStateException("its fault cannot be injected");
        }
    }
}
