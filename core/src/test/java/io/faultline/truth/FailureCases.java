package io.faultline.truth;

import static io.faultline.truth.Case.right;
import static io.faultline.truth.Case.wrong;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.faultline.fault.packet.Partition;
import io.faultline.fault.process.Pause;
import io.faultline.observe.Condition;
import io.faultline.observe.Detector;
import io.faultline.truth.Talker.Manner;
import io.faultline.verify.Cause;
import io.faultline.verify.Experiment;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Failures that the fault cannot cause, and what is to go on. */
final class FailureCases {

    private static final String FAMILY = "failure";
    private static final Cause[] NOT_THE_CLIENTS = {Cause.CLIENT_NOT_AFFECTED, Cause.NO_EFFECT};

    private FailureCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>(otherFailures());
        all.addAll(kept());
        return all;
    }

    private static Experiment partition(Stage stage) {
        return stage.faultline().during(Partition.of(stage.t()));
    }

    private static Experiment recovers(Experiment experiment, Party client) {
        return experiment.afterHealing("it goes on", client::isUp).within(ofSeconds(15));
    }

    /** What the client says of its failure, and this fault cannot cause. */
    private static List<Case> otherFailures() {
        List<Case> all = new ArrayList<>();
        for (IOException failure : List.of(
                new SocketException("Connection reset"),
                new ConnectException("Connection refused"),
                new EOFException("the other side closed the connection"))) {
            // who closes his connection himself may say that it has ended
            Manner manner = failure instanceof EOFException ? Manner.PATIENT : Manner.BUSY;
            all.add(wrong(
                    FAMILY,
                    "a silent partition, and the client says \"" + failure.getMessage() + '"',
                    stage -> {
                        stage.direct(manner);
                        Detector detector = new Detector();
                        Condition later = stage.timer();
                        AtomicBoolean said = new AtomicBoolean();
                        stage.closing(Ticking.every(ofMillis(20), () -> {
                            if (later.holds() && !said.getAndSet(true)) {
                                detector.noticed(failure);
                            }
                        }));
                        partition(stage).expect("the client notices", detector).within(ofSeconds(4));
                    },
                    Cause.OTHER_FAILURE));
            all.add(wrong(
                    FAMILY,
                    "a silent partition, and a call throws \"" + failure.getMessage() + '"',
                    stage -> {
                        stage.published(manner);
                        Condition later = stage.timer();
                        partition(stage)
                                .expect("calls fail", Condition.expectThrows(failure.getClass(), () -> {
                                    if (later.holds()) {
                                        throw failure;
                                    }
                                }))
                                .within(ofSeconds(4));
                    },
                    Cause.OTHER_FAILURE));
        }
        return all;
    }

    private static List<Case> kept() {
        return List.of(
                right(FAMILY, "another container goes on under the pause of the target", stage -> {
                    stage.direct(Manner.BUSY);
                    Talker kept = stage.to(stage.other().address(), Member.PORT, Manner.BUSY);
                    stage.faultline()
                            .during(Pause.of(stage.t()))
                            .keeps("the other answers", kept::isUp)
                            .hold(ofSeconds(1));
                }),
                right(FAMILY, "a container's client keeps what it needs no target for", stage -> {
                    stage.clientTalks("busy");
                    Session kept = stage.session(stage.client()).doing("talk other 7000 busy");
                    partition(stage)
                            .client(stage.client().target())
                            .keeps("the other answers", kept::isUp)
                            .hold(ofSeconds(1));
                }),
                right(FAMILY, "something goes on while something else is noticed", stage -> {
                    Talker client = stage.direct(Manner.BUSY);
                    Talker kept = stage.to(stage.other().address(), Member.PORT, Manner.BUSY);
                    recovers(
                            partition(stage)
                                    .keeps("the other answers", kept::isUp)
                                    .expect("it is down", client::isDown)
                                    .within(ofSeconds(8)),
                            client);
                }),
                wrong(
                        FAMILY,
                        "what is to go on never did",
                        stage -> {
                            stage.direct(Manner.BUSY);
                            partition(stage).keeps("a dream", () -> false).hold(ofMillis(500));
                        },
                        Cause.NOT_STEADY),
                wrong(
                        FAMILY,
                        "what goes on is of a client that never met the fault",
                        stage -> {
                            Talker client = stage.to(stage.other().address(), Member.PORT, Manner.BUSY);
                            stage.hostTalks(stage.target(), Member.PORT);
                            partition(stage).keeps("it works", client::isUp).hold(ofMillis(800));
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        "what goes on under a pause is of an idle client",
                        stage -> {
                            Talker client = stage.direct(Manner.IDLE);
                            stage.faultline()
                                    .during(Pause.of(stage.t()))
                                    .keeps("it is connected", client::isUp)
                                    .hold(ofMillis(800));
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        "what is to go on does not",
                        stage -> {
                            Talker client = stage.direct(Manner.BUSY);
                            partition(stage).keeps("it works", client::isUp).hold(ofSeconds(3));
                        },
                        Cause.STOPPED_WORKING));
    }
}
