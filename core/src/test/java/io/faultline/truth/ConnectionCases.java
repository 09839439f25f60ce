package io.faultline.truth;

import static io.faultline.truth.Case.right;
import static io.faultline.truth.Case.wrong;
import static io.faultline.truth.PacketCases.FAMILY;
import static io.faultline.truth.PacketCases.NOT_THE_CLIENTS;
import static io.faultline.truth.PacketCases.comesTrueLater;
import static io.faultline.truth.PacketCases.noticesAndRecovers;
import static java.time.Duration.ofSeconds;

import io.faultline.fault.Fault;
import io.faultline.fault.packet.Disconnect;
import io.faultline.fault.packet.ResetConnections;
import io.faultline.fault.shaping.Bandwidth;
import io.faultline.fault.shaping.BitRate;
import io.faultline.observe.Condition;
import io.faultline.truth.Talker.Manner;
import io.faultline.verify.Experiment;
import java.util.List;

/** Resets, too little bandwidth, and networks that are gone. */
final class ConnectionCases {

    private ConnectionCases() {}

    static List<Case> all() {
        return List.of(
                right(
                        FAMILY,
                        "reset connections, this JVM at the target's address",
                        stage -> noticesAndRecovers(ResetConnections.of(stage.t()), stage, stage.direct(Manner.BUSY))),
                right(
                        FAMILY,
                        "reset connections, this JVM at the published port",
                        stage -> noticesAndRecovers(
                                ResetConnections.of(stage.t()), stage, stage.published(Manner.BUSY))),
                right(
                        FAMILY,
                        "reset connections, an idle JVM",
                        stage -> noticesAndRecovers(ResetConnections.of(stage.t()), stage, stage.direct(Manner.IDLE))),
                right(
                        FAMILY,
                        "reset connections, a container",
                        stage -> noticesAndRecovers(ResetConnections.of(stage.t()), stage, stage.clientTalks("busy"))),
                right(
                        FAMILY,
                        "too little bandwidth, this JVM",
                        stage -> noticesAndRecovers(narrow(stage), stage, stage.direct(Manner.BULK))),
                right(
                        FAMILY,
                        "too little bandwidth, a container",
                        stage -> noticesAndRecovers(narrow(stage), stage, stage.clientTalks("bulk"))),
                right(
                        FAMILY,
                        "a disconnected target, this JVM",
                        stage -> notices(
                                stage.faultline().during(Disconnect.of(stage.t())), stage.direct(Manner.BUSY)::isDown)),
                right(
                        FAMILY,
                        "a disconnected target, a container that looks its name up again",
                        stage -> noticesAndRecovers(Disconnect.of(stage.t()), stage, stage.clientTalks("busy"))),
                wrong(
                        FAMILY,
                        "reset connections of a container that a neighbour uses",
                        stage -> {
                            stage.direct(Manner.BUSY);
                            stage.session(stage.client()).doing("talk other 7000 busy");
                            comesTrueLater(
                                    stage.faultline()
                                            .during(ResetConnections.of(
                                                    stage.other().target())),
                                    stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        "reset connections of a port that the client does not use",
                        stage -> {
                            stage.direct(Manner.BUSY);
                            stage.hostTalks(stage.target(), Member.OTHER_PORT);
                            comesTrueLater(
                                    stage.faultline()
                                            .during(ResetConnections.of(stage.t())
                                                    .port(Member.OTHER_PORT)),
                                    stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        "too little bandwidth for an idle client",
                        stage -> {
                            stage.direct(Manner.IDLE);
                            stage.session(stage.client()).doing("talk target 7000 bulk");
                            comesTrueLater(stage.faultline().during(narrow(stage)), stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        "too little bandwidth of a container that a neighbour uses",
                        stage -> {
                            stage.direct(Manner.BULK);
                            stage.session(stage.client()).doing("talk other 7000 bulk");
                            comesTrueLater(
                                    stage.faultline()
                                            .during(Bandwidth.of(stage.other().target(), BitRate.kbit(64))),
                                    stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        "a disconnected container that nobody uses",
                        stage -> {
                            stage.direct(Manner.BUSY);
                            comesTrueLater(
                                    stage.faultline()
                                            .during(Disconnect.of(stage.other().target())),
                                    stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        "a disconnected target while the client is idle",
                        stage -> {
                            stage.direct(Manner.IDLE);
                            comesTrueLater(stage.faultline().during(Disconnect.of(stage.t())), stage);
                        },
                        NOT_THE_CLIENTS));
    }

    private static Fault narrow(Stage stage) {
        return Bandwidth.of(stage.t(), BitRate.kbit(64));
    }

    private static void notices(Experiment experiment, Condition isDown) {
        experiment.expect("the client notices", isDown).within(ofSeconds(8));
    }
}
