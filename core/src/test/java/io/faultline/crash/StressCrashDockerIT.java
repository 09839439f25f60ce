package io.faultline.crash;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.world.Line;
import io.faultline.world.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Kills what stresses a container, and then looks whether the container has all that it had before. */
@Execution(ExecutionMode.CONCURRENT)
class StressCrashDockerIT {

    private static final long SEED = 20261124;
    private static final List<String> FAULTS = List.of("cpu", "memory", "disk", "descriptors");
    private static final int ROUNDS = 8;

    @Test
    void leavesNothingStrainedWhoeverIsKilledAtWhateverMoment() throws Exception {
        Random random = new Random(SEED);
        try (Worker worker = Worker.limited()) {
            worker.start();
            long descriptors = worker.mostDescriptors();
            for (int round = 0; round < ROUNDS; round++) {
                String fault = FAULTS.get(round % FAULTS.size());
                boolean agentToo = random.nextBoolean();
                try (VictimProcess victim = VictimProcess.doing(fault, "loop", worker.getContainerId())) {
                    LockSupport.parkNanos(random.nextLong(300_000_000));
                    if (agentToo) {
                        killAgentOf(worker);
                    }
                    victim.kill();
                }
                String what =
                        "round %d of seed %d: %s%s".formatted(round, SEED, fault, agentToo ? ", agent killed too" : "");
                await().pollInSameThread()
                        .dontCatchUncaughtExceptions()
                        .atMost(ofSeconds(10))
                        .untilAsserted(() -> {
                            assertThat(worker.strangers()).as(what).isEmpty();
                            assertThat(worker.mostDescriptors()).as(what).isEqualTo(descriptors);
                            requireRoom(worker, what);
                        });
            }
        }
    }

    /** The disk is freed, and the memory, by who goes last. */
    private static void requireRoom(Worker worker, String what) throws IOException {
        try (Line line = worker.line()) {
            String written = line.answer("write 10000000");
            long used = Long.parseLong(line.answer("used"));
            assertThat(line.answer("write 0")).as(what).isEqualTo("done");
            assertThat(written).as(what).isEqualTo("done");
            assertThat(used).as(what).isLessThan(32L << 20);
        }
    }

    @Test
    void givesDescriptorsBackThoughTheAgentIsKilledAndItsJvmStandsStill() throws Exception {
        try (Worker worker = Worker.limited()) {
            worker.start();
            long before = worker.mostDescriptors();
            try (VictimProcess victim = VictimProcess.doing("descriptors", "hold", worker.getContainerId())) {
                assertThat(worker.mostDescriptors()).isLessThan(before);
                victim.signal("STOP"); // it must not come to the rescue
                killAgentOf(worker);

                await().atMost(ofSeconds(5)).until(() -> worker.mostDescriptors() == before);
            }
        }
    }

    /** Kills the agent whose child watches the worker, if there is one at this moment. */
    private static void killAgentOf(Worker worker) throws IOException, InterruptedException {
        Optional<String> child =
                agents().stream().filter(each -> watches(each, worker.pid())).findFirst();
        if (child.isPresent()) {
            String agent = child.get();
            while (agents().contains(parentOf(agent))) {
                agent = parentOf(agent);
            }
            new ProcessBuilder("kill", "-KILL", agent).start().waitFor();
        }
    }

    /** Whether it holds a pidfd of a process. */
    private static boolean watches(String process, long pid) {
        try (Stream<Path> all = Files.list(Path.of("/proc", process, "fdinfo"))) {
            return all.anyMatch(
                    each -> read(process, "fdinfo/" + each.getFileName()).contains("\nPid:\t" + pid + "\n"));
        } catch (IOException gone) {
            return false;
        }
    }

    private static List<String> agents() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.map(process -> process.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .filter(name -> read(name, "cmdline").startsWith("/faultline-agent\0"))
                    .toList();
        }
    }

    private static String parentOf(String process) {
        String stat = read(process, "stat");
        return stat.isEmpty()
                ? ""
                : stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ")[1];
    }

    private static String read(String process, String file) {
        try {
            return Files.readString(Path.of("/proc", process, file));
        } catch (IOException gone) {
            return "";
        }
    }
}
