package io.faultline.truth;

import static io.faultline.truth.Case.right;
import static io.faultline.truth.Case.wrong;
import static io.faultline.truth.PacketCases.NOT_THE_CLIENTS;
import static io.faultline.truth.PacketCases.comesTrueLater;
import static io.faultline.truth.PacketCases.noticesAndRecovers;

import io.faultline.truth.Talker.Manner;
import io.faultline.verify.Experiment;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.List;

/** Clients of UDP, and connections that are too short to be seen. */
final class DatagramCases {

    private static final String FAMILY = "datagrams";

    private DatagramCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        for (String name : List.of("a silent partition", "a rejecting partition", "the loss of all packets")) {
            Cut cut = named(name);
            all.add(right(
                    FAMILY,
                    name + ", this JVM",
                    stage -> noticesAndRecovers(cut.of(stage.t(), stage), stage, stage.queries(stage.target()))));
            all.add(right(
                    FAMILY,
                    name + ", a container that keeps its socket",
                    stage -> noticesAndRecovers(cut.of(stage.t(), stage), stage, stage.clientQueries("kept"))));
            all.add(right(
                    FAMILY,
                    name + ", a container with another socket each time",
                    stage -> noticesAndRecovers(cut.of(stage.t(), stage), stage, stage.clientQueries("new"))));
            all.addAll(wrongOf(cut));
        }
        for (String name : List.of("a rejecting partition", "a resetting partition")) {
            all.add(right(
                    FAMILY,
                    name + ", a container that connects for a moment each time",
                    stage -> noticesAndRecovers(
                            named(name).of(stage.t(), stage),
                            stage,
                            stage.session(stage.client()).doing("knock target " + Member.PORT))));
            all.add(wrong(
                    FAMILY,
                    name + ", and it is a neighbour that connects for a moment each time",
                    stage -> {
                        stage.session(stage.other()).doing("knock target " + Member.PORT);
                        comesTrueLater(judgedIdle(stage, named(name)), stage);
                    },
                    NOT_THE_CLIENTS));
        }
        for (Cut cut : Cut.OF_ONE) {
            all.add(right(
                    FAMILY,
                    cut.name() + ", a container",
                    stage -> noticesAndRecovers(cut.of(stage.t(), stage), stage, stage.clientQueries("new"))));
        }
        return all;
    }

    private static Cut named(String name) {
        return Cut.OF_EVERYBODY.stream()
                .filter(cut -> cut.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Experiment judgedIdle(Stage stage, Cut cut) {
        return stage.faultline()
                .during(cut.of(stage.t(), stage))
                .client(stage.client().target());
    }

    private static List<Case> wrongOf(Cut cut) {
        return List.of(
                wrong(
                        FAMILY,
                        cut.name() + ", and it is a neighbour that asks",
                        stage -> {
                            stage.session(stage.other()).doing("ask target " + Member.PORT + " new");
                            comesTrueLater(judgedIdle(stage, cut), stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        cut.name() + ", and it is the target that asks the client",
                        stage -> {
                            stage.session(stage.target()).doing("ask client " + Member.PORT + " kept");
                            comesTrueLater(judgedIdle(stage, cut), stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        cut.name() + ", and it is another process of the host that asks",
                        stage -> {
                            stage.closing(new DatagramSocket()); // which the JVM does not use
                            stage.direct(Manner.IDLE);
                            stage.hostQueries(stage.target());
                            comesTrueLater(stage.faultline().during(cut.of(stage.t(), stage)), stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        cut.name() + " of a container that the client does not ask",
                        stage -> {
                            stage.queries(stage.target());
                            stage.hostQueries(stage.other());
                            comesTrueLater(
                                    stage.faultline()
                                            .during(cut.of(stage.other().target(), stage)),
                                    stage);
                        },
                        NOT_THE_CLIENTS));
    }
}
