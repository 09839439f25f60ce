package io.faultline.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.docker.DockerRun;
import io.faultline.docker.Labels;
import io.faultline.journal.Event;
import io.faultline.journal.Event.Kind;
import io.faultline.verify.Outcome;
import io.faultline.world.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SilentPartitionDockerIT {

    private Rules host;
    private DockerRun run;
    private List<String> hostRulesInForce = List.of();
    private boolean interruptsInForce;
    private final List<String> waits = new ArrayList<>();

    @BeforeEach
    void open() {
        host = Rules.ofHost();
        run = DockerRun.open();
        run.agent();
    }

    @AfterEach
    void close() {
        run.close();
        host.close();
    }

    @Test
    void holdsForTheResilientClient() {
        Result result = play(new Settings(Client.RESILIENT, Optional.empty(), false));

        assertThat(result.verdict().outcome()).as(result.verdict().toString()).isEqualTo(Outcome.HELD);
        // Its kernel probes each second, and gives up two seconds after the first probe that is not answered.
        assertThat(result.timeToDetect().orElseThrow()).isBetween(Duration.ofMillis(1500), Duration.ofSeconds(5));
        assertThat(result.timeToRecover().orElseThrow()).isLessThan(Duration.ofSeconds(10));
        assertThat(texts(result, Kind.DETECTED)).containsExactly("the client notices: TIMEOUT");
        assertThat(texts(result, Kind.RECOVERED)).containsExactly("it works again");
        assertThat(waits).contains("the client does its work", "the client notices", "it works again");
        assertThat(hostRulesInForce).isNotEmpty();
    }

    @Test
    void isBrokenForTheNaiveClientAndSaysWhenThatWouldNotice() {
        Result result = play(new Settings(Client.NAIVE, Optional.empty(), false));

        assertThat(result.verdict().outcome()).as(result.verdict().toString()).isEqualTo(Outcome.BROKEN);
        assertThat(result.verdict().advice().orElseThrow())
                .contains("the first keepalive probe is due in", "about 2 hours", "TCP_KEEPIDLE");
        assertThat(result.timeToDetect()).isEmpty();
        assertThat(texts(result, Kind.DETECTED)).isEmpty();
        assertThat(hostRulesInForce).isNotEmpty();
    }

    @Test
    void isInconclusiveWhereDockerProxyAnswersForTheTarget() {
        Result result = play(new Settings(Client.RESILIENT, Optional.empty(), true));

        assertThat(result.verdict().outcome()).as(result.verdict().toString()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(result.verdict().reason()).contains("never met the fault");
        assertThat(result.verdict().advice().orElseThrow()).contains("docker-proxy answers at");
        assertThat(hostRulesInForce).isEmpty();
    }

    @Test
    void cleansUpWhenItIsInterrupted() {
        interruptsInForce = true;

        Result result = play(new Settings(Client.NAIVE, Optional.empty(), false));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.verdict().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(result.verdict().reason()).contains("interrupted");
        assertThat(texts(result, Kind.HEALED)).hasSize(1);
    }

    private Result play(Settings settings) {
        Result result = new Player(run, settings, new Watcher()).play(new SilentPartition());
        boolean interrupted = Thread.interrupted(); // the looks below would obey it
        assertThat(ourHostRules()).as("rules after the run").isEmpty();
        assertThat(referenceSystems()).as("containers after the run").isEmpty();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return result;
    }

    private List<String> ourHostRules() {
        return host.all().stream().filter(line -> line.contains(run.id())).toList();
    }

    private List<String> referenceSystems() {
        return run
                .engine()
                .client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.RUN, run.id(), Labels.ROLE, "reference"))
                .exec()
                .stream()
                .map(container -> container.getNames()[0])
                .toList();
    }

    private static List<String> texts(Result result, Kind kind) {
        return result.journal().events().stream()
                .filter(event -> event.kind() == kind)
                .map(Event::text)
                .toList();
    }

    /** Looks at the host's rules while the fault is in force. */
    private final class Watcher extends Silence {

        @Override
        public void waitsFor(String what, Duration bound) {
            waits.add(what);
        }

        @Override
        public void happened(Event event) {
            if (event.kind() == Kind.IN_FORCE) {
                assertThat(referenceSystems()).hasSize(1);
                hostRulesInForce = ourHostRules();
                if (interruptsInForce) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
