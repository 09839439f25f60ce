package io.faultline.crash;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.world.LoggingContainer;
import io.faultline.world.Still;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Kills what freezes processes and what leaves output unread, and then looks whether the target goes on. */
@Execution(ExecutionMode.CONCURRENT)
class FreezeCrashDockerIT {

    private static final long SEED = 20261123;
    private static final int ROUNDS = 50;
    private static final List<String> FAULTS = List.of("freeze", "stdout", "reader", "pause");

    @Test
    void leavesNoProcessHeldAndNoOutputUnreadWhoeverIsKilledAtWhateverMoment() throws Exception {
        Random random = new Random(SEED);
        try (LoggingContainer chatter = LoggingContainer.onStdout()) {
            chatter.start();
            for (int round = 0; round < ROUNDS; round++) {
                String fault = FAULTS.get(random.nextInt(FAULTS.size()));
                boolean agentToo = random.nextBoolean();
                try (VictimProcess victim = VictimProcess.doing(fault, "loop", chatter.getContainerId())) {
                    LockSupport.parkNanos(random.nextLong(300_000_000));
                    if (agentToo) {
                        killTracerOf(chatter);
                    }
                    victim.kill();
                }
                await().pollInSameThread()
                        .dontCatchUncaughtExceptions()
                        .atMost(ofSeconds(10))
                        .untilAsserted(
                                () -> assertThat(Still.of(chatter).held()).isEmpty());
                await().atMost(ofSeconds(20)).until(() -> !isPaused(chatter));
                await("round %d of seed %d: %s%s".formatted(round, SEED, fault, agentToo ? ", agent killed too" : ""))
                        .atMost(ofSeconds(10))
                        .until(chatter::writes);
            }
        }
    }

    @Test
    void letsTheKernelFreeWhatAKilledAgentHeldThoughItsJvmStandsStill() throws Exception {
        try (LoggingContainer chatter = LoggingContainer.onStdout()) {
            chatter.start();
            try (VictimProcess victim = VictimProcess.doing("freeze", "hold", chatter.getContainerId())) {
                assertThat(Still.of(chatter).running()).isEmpty();
                victim.signal("STOP"); // it must not come to the rescue
                killTracerOf(chatter);

                await().atMost(ofSeconds(5))
                        .until(() -> Still.of(chatter).held().isEmpty());
                assertThat(chatter.writes()).isTrue();
            }
        }
    }

    @Test
    void goesOnReadingWhenTheJvmIsKilled() throws Exception {
        try (LoggingContainer chatter = LoggingContainer.onStdout()) {
            chatter.start();
            try (VictimProcess victim = VictimProcess.doing("stdout", "hold", chatter.getContainerId())) {
                assertThat(chatter.writes()).isFalse();
                victim.kill();

                await().atMost(ofSeconds(5)).until(chatter::writes);
            }
        }
    }

    private static boolean isPaused(LoggingContainer chatter) {
        return Boolean.TRUE.equals(chatter.getCurrentContainerInfo().getState().getPaused());
    }

    private static void killTracerOf(LoggingContainer chatter) throws IOException, InterruptedException {
        OptionalLong tracer = Still.tracerOf(chatter);
        if (tracer.isPresent()) {
            new ProcessBuilder("kill", "-KILL", Long.toString(tracer.getAsLong()))
                    .start()
                    .waitFor();
        }
    }
}
