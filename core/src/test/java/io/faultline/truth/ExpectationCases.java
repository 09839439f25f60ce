package io.faultline.truth;

import static io.faultline.truth.Case.right;
import static io.faultline.truth.Case.wrong;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.fault.Fault;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.packet.ResetConnections;
import io.faultline.fault.process.Pause;
import io.faultline.journal.Event.Kind;
import io.faultline.observe.Condition;
import io.faultline.truth.Talker.Manner;
import io.faultline.verify.Cause;
import io.faultline.verify.Experiment;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** What is expected, in all ways that it can be said, and what was so before, was never lost, or has another reason. */
final class ExpectationCases {

    private static final String FAMILY = "expectation";
    private static final Cause[] NOT_THE_CLIENTS = {Cause.CLIENT_NOT_AFFECTED, Cause.NO_EFFECT};

    private ExpectationCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>(ways());
        all.addAll(before());
        return all;
    }

    private static Experiment partition(Stage stage) {
        return stage.faultline().during(Partition.of(stage.t()));
    }

    private static Experiment recovers(Experiment experiment, Party client) {
        return experiment.afterHealing("it goes on", client::isUp).within(ofSeconds(15));
    }

    private static List<Case> ways() {
        return List.of(
                right(FAMILY, "the client's own word, under a partition", stage -> {
                    Talker client = stage.direct(Manner.BUSY);
                    recovers(
                            partition(stage)
                                    .expect("it notices", client.detector())
                                    .within(ofSeconds(8)),
                            client);
                }),
                right(FAMILY, "the client's own word, under a resetting partition", stage -> {
                    Talker client = stage.direct(Manner.BUSY);
                    Fault fault = Partition.of(stage.t()).resetting();
                    stage.faultline()
                            .during(fault)
                            .expect("it notices", client.detector())
                            .within(ofSeconds(8));
                }),
                right(FAMILY, "the client's own word, after its connections were reset", stage -> {
                    Talker client = stage.published(Manner.BUSY);
                    Fault fault = ResetConnections.of(stage.t());
                    stage.faultline()
                            .during(fault)
                            .expect("it notices", client.detector())
                            .within(ofSeconds(8));
                }),
                right(FAMILY, "a call that throws a time-out", stage -> {
                    Talker client = stage.direct(Manner.BUSY);
                    partition(stage)
                            .expect("calls fail", Condition.expectThrows(SocketTimeoutException.class, client::call))
                            .within(ofSeconds(8));
                }),
                right(FAMILY, "a call that throws a reset", stage -> {
                    Talker client = stage.direct(Manner.BUSY);
                    stage.faultline()
                            .during(ResetConnections.of(stage.t()))
                            .expect("calls fail", Condition.expectThrows(SocketException.class, client::call))
                            .within(ofSeconds(8));
                }),
                right(FAMILY, "an assertion that holds at last", stage -> {
                    Talker client = stage.direct(Manner.BUSY);
                    partition(stage)
                            .expect(
                                    "it is down",
                                    Condition.untilNoException(
                                            () -> assertThat(client.isDown()).isTrue()))
                            .within(ofSeconds(8))
                            .afterHealing(
                                    "it is up",
                                    Condition.untilNoException(
                                            () -> assertThat(client.isUp()).isTrue()))
                            .within(ofSeconds(15));
                }),
                right(FAMILY, "one thing after the other", stage -> {
                    Talker client = stage.direct(Manner.BUSY);
                    partition(stage)
                            .expect("it is down", client::isDown)
                            .within(ofSeconds(8))
                            .expect("and says why later", stage.since(Kind.DETECTED, ofMillis(300)))
                            .within(ofSeconds(8));
                }),
                right(FAMILY, "it happens with the fault alone", stage -> {
                    Talker client = stage.direct(Manner.BUSY);
                    recovers(
                            partition(stage)
                                    .control()
                                    .expect("it is down", client::isDown)
                                    .within(ofSeconds(8)),
                            client);
                }),
                right(FAMILY, "it happens with the pause alone, a container", stage -> {
                    Session client = stage.clientTalks("busy");
                    Experiment experiment = stage.faultline()
                            .during(Pause.of(stage.t()))
                            .client(stage.client().target())
                            .control();
                    recovers(experiment.expect("it is down", client::isDown).within(ofSeconds(8)), client);
                }),
                right(FAMILY, "unattributed, and somebody met it", stage -> {
                    Session client = stage.hostTalks(stage.target(), Member.PORT);
                    recovers(
                            partition(stage)
                                    .unattributed()
                                    .expect("it is down", client::isDown)
                                    .within(ofSeconds(8)),
                            client);
                }));
    }

    private static List<Case> before() {
        return List.of(
                wrong(
                        FAMILY,
                        "it is true before",
                        stage -> {
                            stage.direct(Manner.BUSY);
                            partition(stage)
                                    .expect("the clock goes on", () -> true)
                                    .within(ofSeconds(2));
                        },
                        Cause.TRUE_BEFORE),
                wrong(
                        FAMILY,
                        "it is true before, behind something that is not",
                        stage -> {
                            Talker client = stage.direct(Manner.BUSY);
                            partition(stage)
                                    .expect("it is down", client::isDown)
                                    .within(ofSeconds(8))
                                    .expect("the clock goes on", () -> true)
                                    .within(ofSeconds(2));
                        },
                        Cause.TRUE_BEFORE),
                wrong(
                        FAMILY,
                        "a client that was down before",
                        stage -> {
                            Talker client = stage.direct(Manner.BUSY);
                            client.close();
                            Party down = stage.session(stage.client());
                            partition(stage)
                                    .expect("it is not up", () -> !down.isUp())
                                    .within(ofSeconds(2));
                        },
                        Cause.TRUE_BEFORE),
                wrong(
                        FAMILY,
                        "what is recovered was never lost",
                        stage -> {
                            Talker client = stage.direct(Manner.BUSY);
                            partition(stage)
                                    .expect("it is down", client::isDown)
                                    .within(ofSeconds(8))
                                    .afterHealing("the clock goes on", () -> true)
                                    .within(ofSeconds(2));
                        },
                        Cause.NEVER_LOST),
                wrong(
                        FAMILY,
                        "what is recovered was never lost, under a pause",
                        stage -> {
                            Talker client = stage.direct(Manner.BUSY);
                            stage.faultline()
                                    .during(Pause.of(stage.t()))
                                    .expect("it is down", client::isDown)
                                    .within(ofSeconds(8))
                                    .afterHealing(
                                            "the other container answers",
                                            () -> stage.other().isWell())
                                    .within(ofSeconds(5));
                        },
                        Cause.NEVER_LOST),
                wrong(
                        FAMILY,
                        "what is recovered was never lost, though connections were reset",
                        stage -> {
                            Talker client = stage.direct(Manner.BUSY);
                            stage.faultline()
                                    .during(ResetConnections.of(stage.t()))
                                    .expect("it notices", client.detector())
                                    .within(ofSeconds(8))
                                    .afterHealing("the clock goes on", () -> true)
                                    .within(ofSeconds(2));
                        },
                        Cause.NEVER_LOST),
                wrong(
                        FAMILY,
                        "it happens without the fault",
                        stage -> {
                            Talker client = stage.direct(Manner.BUSY);
                            Condition either = stage.since(Kind.NOTE, ofMillis(100));
                            Experiment experiment = partition(stage).control();
                            recovers(
                                    experiment
                                            .expect("it is down, or so", () -> either.holds() | client.isDown())
                                            .within(ofSeconds(8)),
                                    client);
                        },
                        Cause.CLIENT_NOT_AFFECTED,
                        Cause.HAPPENS_WITHOUT_FAULT,
                        Cause.CAME_TRUE_WHILE_INJECTING));
    }
}
