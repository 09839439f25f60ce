package io.faultline;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.agent.Agent;
import io.faultline.agent.Answers.Found;
import io.faultline.docker.DockerRun;
import io.faultline.docker.Labels;
import io.faultline.fault.Partition;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.world.Peer;
import io.faultline.world.Rules;
import java.util.List;
import java.util.Map;
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
            assertThat(evidence.spoiled()).contains("it ended early: the agent ends");
            assertThat(rules.all()).isEqualTo(before);
        }
    }

    @Test
    void removesWhatADeadRunLeftAndOnlyListsItInADryRun() {
        try (Rules rules = Rules.of(peer)) {
            List<String> before = rules.all();
            String iptables = rules.iptables();
            rules.run("ipset create FAULTLINE-deadbeef-1-4 hash:net"
                    + " && " + iptables + " -N FAULTLINE-deadbeef-1"
                    + " && " + iptables + " -A FAULTLINE-deadbeef-1 -j DROP"
                    + " && " + iptables
                    + " -I INPUT -m set --match-set FAULTLINE-deadbeef-1-4 src -j FAULTLINE-deadbeef-1");
            List<String> littered = rules.all();

            List<String> listed = ofTheDeadRun(Faultline.sweep(true));
            assertThat(listed).hasSize(4); // set, chain, rule and jump
            assertThat(rules.all()).isEqualTo(littered);

            assertThat(ofTheDeadRun(Faultline.sweep(false))).isEqualTo(listed);
            assertThat(rules.all()).isEqualTo(before);
            assertThat(ofTheDeadRun(Faultline.sweep(false))).isEmpty();
        }
    }

    private static List<String> ofTheDeadRun(List<Found> found) {
        return found.stream()
                .filter(each -> each.run().equals("deadbeef"))
                .map(Found::what)
                .sorted()
                .toList();
    }
}
