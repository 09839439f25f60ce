package io.faultline.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import io.faultline.Faultline;
import io.faultline.agent.Answers.Leftover;
import io.faultline.docker.DockerRun;
import io.faultline.docker.engine.Labels;
import io.faultline.effect.AgentAction;
import io.faultline.fault.packet.Partition;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.topology.NetworkNamespace;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

@Testcontainers
@Timeout(120)
@Isolated("every agent that starts sweeps what dead runs have left")
class AgentDockerIT {

    @Container
    private final Peer peer = new Peer();

    @Tag("guest")
    @Test
    void healsWhatIsOpenWhenItIsToldToStopAndSaysSo() throws Exception {
        try (DockerRun run = DockerRun.open();
                Faultline faultline = Faultline.in(run);
                Rules rules = Rules.of(peer)) {
            List<String> before = rules.all();
            Injection cut = faultline.inject(Partition.of(peer.target()));
            Agent held = run.agent();
            String agent = run.engine()
                    .client()
                    .listContainersCmd()
                    .withLabelFilter(Map.of(Labels.RUN, run.id()))
                    .exec()
                    .get(0)
                    .getId();
            run.engine().client().killContainerCmd(agent).withSignal("SIGTERM").exec();
            held.gone().join();

            cut.allowNoEffect().heal(); // it ended early, of course
            Evidence evidence = cut.evidence();
            assertThat(evidence.invalidated()).contains("it ended early: the agent ends");
            assertThat(rules.all()).isEqualTo(before);
        }
    }

    @Test
    void removesWhatADeadRunLeftAndOnlyListsItInADryRun() {
        try (Rules rules = Rules.of(peer)) {
            List<String> before = rules.all();
            rules.run(
                    "nft 'table inet FAULTLINE-deadbeef-1 { chain in { type filter hook input priority 0; drop; }; }';"
                            + " tc qdisc add dev eth0 root handle fa17: htb r2q 2 default ffff direct_qlen 3735928559");
            List<String> littered = rules.all();

            List<String> listed = ofTheDeadRun(DockerRun.sweep(true));
            assertThat(listed).hasSize(3); // a table, a qdisc, and the queue length that was there before it
            assertThat(rules.all()).isEqualTo(littered);

            assertThat(ofTheDeadRun(DockerRun.sweep(false))).isEqualTo(listed);
            assertThat(rules.all()).isEqualTo(before);
            assertThat(ofTheDeadRun(DockerRun.sweep(false))).isEmpty();
        }
    }

    @Test
    void refusesWhatItCouldNotTakeBackAndHealsTheOthersAllTheSame() {
        try (Rules rules = Rules.of(peer)) {
            List<String> before = rules.all();
            try (DockerRun run = DockerRun.open();
                    Faultline faultline = Faultline.in(run)) {
                Injection cut = faultline.inject(Partition.of(peer.target())).allowNoEffect();
                NetworkNamespace where = run.topology(List.of(peer.target()))
                        .resolved(peer.target())
                        .namespace();
                String tag = "FAULTLINE-" + run.id() + "-999";
                for (AgentAction malformed : List.of(new Malformed("rm"), new Malformed("packets"))) {
                    assertThatThrownBy(() -> run.agent()
                                    .open(
                                            List.of(new Opening(tag, where, malformed, Duration.ofMinutes(1), false)),
                                            List.of()))
                            .isInstanceOf(AgentException.class);
                }
                assertThat(rules.ours()).isNotEmpty();
                assertThat(cut.evidence().invalidated()).isEmpty();
            }
            assertThat(rules.all()).isEqualTo(before);
        }
    }

    /** Of a kind that there is not, or with nothing of what it needs. */
    private record Malformed(String verb) implements AgentAction {}

    @Test
    void removesAnAgentThatWasNeverStartedAndLetsOneGoOnThatIsBeingStarted() {
        try (DockerRun run = DockerRun.open()) {
            run.agent();
            DockerClient docker = run.engine().client();
            String left = unstarted(docker, "0000dead");
            String starting = unstarted(docker, "0000beef");
            try {
                CompletableFuture<List<Leftover>> swept = CompletableFuture.supplyAsync(() -> DockerRun.sweep(false));
                docker.startContainerCmd(starting).exec();
                assertThat(swept.join())
                        .extracting(Leftover::run)
                        .contains("0000dead")
                        .doesNotContain("0000beef");

                assertThatThrownBy(() -> docker.inspectContainerCmd(left).exec())
                        .isInstanceOf(NotFoundException.class);
                assertThat(docker.inspectContainerCmd(starting)
                                .exec()
                                .getState()
                                .getRunning())
                        .isTrue();
            } finally {
                docker.removeContainerCmd(starting).withForce(true).exec();
            }
        }
    }

    private static String unstarted(DockerClient docker, String run) {
        return docker.createContainerCmd(Peer.image())
                .withLabels(Labels.of(run, "agent"))
                .withCmd("sleep", "60")
                .exec()
                .getId();
    }

    private static List<String> ofTheDeadRun(List<Leftover> found) {
        return found.stream()
                .filter(each -> each.run().equals("deadbeef"))
                .map(Leftover::what)
                .sorted()
                .toList();
    }
}
