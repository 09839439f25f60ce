package io.faultline.truth;

import static io.faultline.truth.Case.right;
import static io.faultline.truth.Case.wrong;
import static java.time.Duration.ofSeconds;

import io.faultline.fault.Fault;
import io.faultline.fault.packet.Partition;
import io.faultline.truth.Talker.Manner;
import io.faultline.verify.Cause;
import io.faultline.verify.Experiment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Partitions and losses. */
final class PacketCases {

    static final String FAMILY = "packets";
    static final Cause[] NOT_THE_CLIENTS = {Cause.CLIENT_NOT_AFFECTED, Cause.NO_EFFECT, Cause.BYPASSED};

    private PacketCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        for (Cut cut : Cut.OF_EVERYBODY) {
            int number = Cut.OF_EVERYBODY.indexOf(cut);
            all.addAll(some(2, number, rightOf(cut)));
            all.addAll(some(3, number, wrongOf(cut)));
        }
        for (Cut cut : Cut.OF_ONE) {
            all.add(right(
                    FAMILY,
                    cut.name() + ", a container that notices and recovers",
                    stage -> noticesAndRecovers(of(cut, stage), stage, stage.clientTalks("busy"))));
            all.add(wrong(
                    FAMILY,
                    cut.name() + ", which is a neighbour and not this JVM",
                    stage -> {
                        stage.direct(Manner.BUSY);
                        stage.clientTalks("busy");
                        comesTrueLater(stage.faultline().during(of(cut, stage)), stage);
                    },
                    NOT_THE_CLIENTS));
        }
        for (Cut cut : Cut.OF_ANOTHER_PORT) {
            all.add(wrong(
                    FAMILY,
                    cut.name() + " that a process of the host uses and the client does not",
                    stage -> {
                        stage.direct(Manner.BUSY);
                        stage.hostTalks(stage.target(), Member.OTHER_PORT);
                        comesTrueLater(stage.faultline().during(of(cut, stage)), stage);
                    },
                    NOT_THE_CLIENTS));
        }
        all.addAll(others());
        return all;
    }

    /** Some of several, others for each number: all with all would take too long. */
    static List<Case> some(int many, int number, List<Case> all) {
        return IntStream.range(0, many)
                .mapToObj(i -> all.get((number + i) % all.size()))
                .toList();
    }

    private static Fault of(Cut cut, Stage stage) {
        return cut.of(stage.t(), stage);
    }

    private static List<Case> rightOf(Cut cut) {
        return List.of(
                right(
                        FAMILY,
                        cut.name() + ", this JVM at the target's address",
                        stage -> noticesAndRecovers(of(cut, stage), stage, stage.direct(Manner.BUSY))),
                right(
                        FAMILY,
                        cut.name() + ", this JVM at the published port",
                        stage -> noticesAndRecovers(of(cut, stage), stage, stage.published(Manner.BUSY))),
                right(
                        FAMILY,
                        cut.name() + ", a container on the target's network",
                        stage -> noticesAndRecovers(of(cut, stage), stage, stage.clientTalks("busy"))));
    }

    static void noticesAndRecovers(Fault fault, Stage stage, Party client) {
        of(client, stage.faultline().during(fault), stage)
                .expect("the client notices", client::isDown)
                .within(ofSeconds(8))
                .afterHealing("it goes on", client::isUp)
                .within(ofSeconds(15));
    }

    private static Experiment of(Party client, Experiment experiment, Stage stage) {
        return client instanceof Session ? experiment.client(stage.client().target()) : experiment;
    }

    private static List<Case> wrongOf(Cut cut) {
        return List.of(
                wrong(
                        FAMILY,
                        cut.name() + " of a container that nobody uses",
                        stage -> {
                            stage.direct(Manner.BUSY);
                            comesTrueLater(
                                    stage.faultline()
                                            .during(cut.of(stage.other().target(), stage)),
                                    stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        cut.name() + " of a container that a neighbour uses",
                        stage -> {
                            stage.direct(Manner.BUSY);
                            stage.session(stage.client()).doing("talk other 7000 busy");
                            comesTrueLater(
                                    stage.faultline()
                                            .during(cut.of(stage.other().target(), stage)),
                                    stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        cut.name() + " of the target while the client is idle and a process of the host is not",
                        stage -> {
                            stage.direct(Manner.IDLE);
                            stage.hostTalks(stage.target(), Member.PORT);
                            comesTrueLater(stage.faultline().during(of(cut, stage)), stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        cut.name() + ", and it comes true while that is injected",
                        stage -> {
                            Talker client = stage.direct(Manner.IDLE);
                            stage.faultline()
                                    .during(of(cut, stage))
                                    .expect("the client notices", stage.whileInjecting(client))
                                    .within(ofSeconds(4));
                        },
                        Cause.CAME_TRUE_WHILE_INJECTING,
                        Cause.CLIENT_NOT_AFFECTED,
                        Cause.NO_EFFECT),
                wrong(
                        FAMILY,
                        cut.name() + ", judged for a container that is idle",
                        stage -> {
                            stage.direct(Manner.BUSY);
                            stage.clientTalks("idle");
                            comesTrueLater(
                                    stage.faultline()
                                            .during(of(cut, stage))
                                            .client(stage.client().target()),
                                    stage);
                        },
                        NOT_THE_CLIENTS));
    }

    static void comesTrueLater(Experiment experiment, Stage stage) {
        experiment.expect("the client notices", stage.timer()).within(ofSeconds(4));
    }

    private static List<Case> others() {
        return List.of(
                right(FAMILY, "a partition of the client itself", PacketCases::cutOffItself),
                wrong(
                        FAMILY,
                        "a client that does not know of the target at all, though another does",
                        stage -> {
                            stage.hostTalks(stage.target(), Member.PORT);
                            stage.clientTalks("busy");
                            comesTrueLater(stage.faultline().during(Partition.of(stage.t())), stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        "unattributed, and nobody meets it",
                        stage -> {
                            Member alone = stage.closing(Member.named("alone"));
                            alone.start();
                            comesTrueLater(
                                    stage.faultline()
                                            .during(Partition.of(alone.target()))
                                            .unattributed(),
                                    stage);
                        },
                        NOT_THE_CLIENTS));
    }

    private static void cutOffItself(Stage stage) throws IOException {
        Session client = stage.clientTalks("busy");
        Fault fault = Partition.between(stage.client().target(), stage.t());
        noticesAndRecovers(fault, stage, client);
    }
}
