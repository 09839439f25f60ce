package io.faultline.truth;

import static io.faultline.truth.Case.right;
import static io.faultline.truth.Case.wrong;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.faultline.fault.Fault;
import io.faultline.fault.process.Freeze;
import io.faultline.fault.process.Kill;
import io.faultline.fault.process.Pause;
import io.faultline.fault.process.Restart;
import io.faultline.fault.process.Signal;
import io.faultline.fault.process.Terminate;
import io.faultline.fault.stress.CpuStress;
import io.faultline.fault.stress.MemoryPressure;
import io.faultline.topology.Target;
import io.faultline.truth.Talker.Manner;
import io.faultline.verify.Cause;
import io.faultline.verify.Experiment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Containers that are paused, frozen, ended, told something, or short of something. */
final class StateCases {

    private static final String FAMILY = "state";
    private static final Cause[] NOT_THE_CLIENTS = {Cause.CLIENT_NOT_AFFECTED, Cause.NO_EFFECT};

    private record Named(String name, Function<Target, Fault> of) {}

    /** They leave the connections of an idle client alone. */
    private static final List<Named> HOLDING = List.of(
            new Named("a pause", Pause::of),
            new Named("a freeze", Freeze::of),
            new Named("CPU stress", target -> CpuStress.of(target).workers(10)),
            new Named("memory pressure", target -> MemoryPressure.of(target).share(0.8)));

    /** They end connections. */
    private static final List<Named> ENDING = List.of(
            new Named("a kill", Kill::of),
            new Named("a restart", target -> Restart.of(target)),
            new Named("a termination", target -> Terminate.of(target).grace(ofSeconds(2))),
            new Named("a signal", target -> Signal.of(target, "HUP")));

    private StateCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        for (Named fault : HOLDING) {
            all.addAll(PacketCases.some(2, HOLDING.indexOf(fault), notTheClients(fault)));
            all.add(wrong(
                    FAMILY,
                    fault.name() + " of the target while the client is idle",
                    stage -> {
                        stage.direct(Manner.IDLE);
                        stage.clientTalks("busy");
                        comesTrueLater(during(fault, stage.target(), stage), stage);
                    },
                    NOT_THE_CLIENTS));
        }
        for (Named fault : ENDING) {
            all.addAll(PacketCases.some(2, ENDING.indexOf(fault), notTheClients(fault)));
            all.add(right(FAMILY, fault.name() + ", this JVM at the target's address", stage -> {
                Talker client = stage.direct(Manner.BUSY);
                during(fault, stage.target(), stage)
                        .expect("the client notices", client.detector())
                        .within(ofSeconds(10));
            }));
            all.add(right(FAMILY, fault.name() + ", an idle JVM", stage -> {
                Talker client = stage.direct(Manner.IDLE);
                during(fault, stage.target(), stage)
                        .expect("the client notices", client.detector())
                        .within(ofSeconds(10));
            }));
            all.add(right(FAMILY, fault.name() + ", a container that recovers", stage -> {
                Session client = stage.clientTalks("busy");
                during(fault, stage.target(), stage)
                        .client(stage.client().target())
                        .expect("the client notices", client::isDown)
                        .within(ofSeconds(10))
                        .afterHealing("it goes on", client::isUp)
                        .within(ofSeconds(20));
            }));
        }
        for (Named fault : HOLDING.subList(0, 2)) {
            all.addAll(noticed(fault));
        }
        all.add(right(FAMILY, "CPU stress, this JVM waits longer", stage -> {
            Talker client = stage.direct(Manner.WORK);
            stage.faultline()
                    .during(CpuStress.of(stage.t()).workers(20))
                    .expect("answers are slow", () -> client.took().compareTo(ofMillis(600)) > 0)
                    .within(ofSeconds(15));
        }));
        all.add(right(FAMILY, "memory pressure, the container itself sees it", stage -> {
            Session client = stage.session(stage.client()).doing("memory");
            stage.faultline()
                    .during(MemoryPressure.of(stage.client().target()).share(0.8))
                    .client(stage.client().target())
                    .expect("it is short of memory", client::isDown)
                    .within(ofSeconds(10))
                    .afterHealing("it is not", client::isUp)
                    .within(ofSeconds(10));
        }));
        return all;
    }

    private static List<Case> noticed(Named fault) {
        return List.of(
                right(
                        FAMILY,
                        fault.name() + ", this JVM at the target's address",
                        stage -> recovers(during(fault, stage.target(), stage), stage.direct(Manner.BUSY))),
                right(
                        FAMILY,
                        fault.name() + ", this JVM at the published port",
                        stage -> recovers(during(fault, stage.target(), stage), stage.published(Manner.BUSY))),
                right(
                        FAMILY,
                        fault.name() + ", a container",
                        stage -> recovers(
                                during(fault, stage.target(), stage)
                                        .client(stage.client().target()),
                                stage.clientTalks("busy"))));
    }

    private static void recovers(Experiment experiment, Party client) {
        experiment
                .expect("the client notices", client::isDown)
                .within(ofSeconds(8))
                .afterHealing("it goes on", client::isUp)
                .within(ofSeconds(15));
    }

    private static List<Case> notTheClients(Named fault) {
        return List.of(
                wrong(
                        FAMILY,
                        fault.name() + " of a container that nobody uses",
                        stage -> {
                            stage.direct(Manner.BUSY);
                            comesTrueLater(during(fault, stage.other(), stage), stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        fault.name() + " of a container that a neighbour uses",
                        stage -> {
                            stage.direct(Manner.BUSY);
                            stage.session(stage.client()).doing("talk other 7000 busy");
                            comesTrueLater(during(fault, stage.other(), stage), stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        fault.name() + ", judged for a container that talks to nobody",
                        stage -> {
                            stage.direct(Manner.BUSY);
                            comesTrueLater(
                                    during(fault, stage.target(), stage)
                                            .client(stage.client().target()),
                                    stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        fault.name() + ", and it comes true when the injection begins",
                        stage -> {
                            stage.direct(Manner.IDLE);
                            during(fault, stage.other(), stage)
                                    .expect("the client notices", stage.whileInjecting())
                                    .within(ofSeconds(4));
                        },
                        Cause.CAME_TRUE_WHILE_INJECTING,
                        Cause.CLIENT_NOT_AFFECTED,
                        Cause.NO_EFFECT));
    }

    private static Experiment during(Named fault, Member member, Stage stage) {
        return stage.faultline().during(fault.of().apply(member.target()));
    }

    private static void comesTrueLater(Experiment experiment, Stage stage) {
        experiment.expect("the client notices", stage.timer()).within(ofSeconds(6));
    }
}
