package io.faultline.truth;

import static io.faultline.truth.Case.right;
import static io.faultline.truth.Case.wrong;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;

import io.faultline.docker.FakeClock;
import io.faultline.fault.Fault;
import io.faultline.fault.clock.ClockSkew;
import io.faultline.fault.dns.DnsFailure;
import io.faultline.fault.output.BlockedStdout;
import io.faultline.fault.stress.CpuStress;
import io.faultline.fault.stress.DiskFull;
import io.faultline.fault.stress.FileDescriptorExhaustion;
import io.faultline.fault.stress.MemoryPressure;
import io.faultline.truth.Talker.Manner;
import io.faultline.verify.Cause;
import io.faultline.verify.Experiment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Faults of the client's own container: names, output, disk, descriptors, clock. */
final class OwnCases {

    private static final String FAMILY = "own container";
    private static final Cause[] NOT_THE_CLIENTS = {Cause.CLIENT_NOT_AFFECTED, Cause.NO_EFFECT, Cause.NOT_ATTRIBUTABLE};
    /** A fault and what meets it. */
    private record Own(String name, String meets, Function<Stage, Fault> of) {}

    private static final List<Own> OWN = List.of(
            new Own(
                    "names that do not answer",
                    "resolve target",
                    stage -> dns(stage).noAnswer()),
            new Own(
                    "names that do not exist",
                    "resolve target",
                    stage -> dns(stage).nxdomain()),
            new Own("names that fail", "resolve target", stage -> dns(stage).servfail()),
            new Own(
                    "names that are refused",
                    "resolve target",
                    stage -> dns(stage).refused()),
            new Own(
                    "a name that does not exist",
                    "resolve target",
                    stage -> dns(stage).nxdomain().forNames("target")),
            new Own(
                    "names that lead elsewhere",
                    "expects target",
                    stage -> dns(stage).wrongAddress("192.0.2.1")),
            new Own(
                    "an output that nobody reads",
                    "log",
                    stage -> BlockedStdout.of(stage.client().target())),
            new Own(
                    "a full disk",
                    "write /data/file",
                    stage -> DiskFull.of(stage.client().target(), "/data")),
            new Own(
                    "too few descriptors",
                    "open",
                    stage ->
                            FileDescriptorExhaustion.of(stage.client().target()).leaving(4)));

    private OwnCases() {}

    private static DnsFailure dns(Stage stage) {
        return DnsFailure.of(stage.client().target());
    }

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        for (Own own : OWN) {
            all.add(right(FAMILY, own.name(), stage -> {
                Session client = stage.session(stage.client()).doing(own.meets());
                stage.faultline()
                        .during(own.of().apply(stage))
                        .client(stage.client().target())
                        .expect("the client notices", client::isDown)
                        .within(ofSeconds(15))
                        .afterHealing("it goes on", client::isUp)
                        .within(ofSeconds(20));
            }));
            all.add(wrong(
                    FAMILY,
                    own.name() + " of a container, judged for this JVM",
                    stage -> {
                        stage.direct(Manner.BUSY);
                        stage.session(stage.client()).doing(own.meets());
                        comesTrueLater(stage.faultline().during(own.of().apply(stage)), stage);
                    },
                    NOT_THE_CLIENTS));
            all.add(wrong(
                    FAMILY,
                    own.name() + " of a client that does nothing of the kind",
                    stage -> comesTrueLater(ofItself(own.of().apply(stage), stage), stage),
                    NOT_THE_CLIENTS));
        }
        all.addAll(others());
        return all;
    }

    private static Experiment ofItself(Fault fault, Stage stage) {
        return stage.faultline().during(fault).client(stage.client().target());
    }

    private static void comesTrueLater(Experiment experiment, Stage stage) {
        experiment.expect("the client notices", stage.timer()).within(ofSeconds(6));
    }

    private static Member clocked(Stage stage) {
        Member member = stage.closing(FakeClock.in(Member.named("clocked")));
        member.start();
        return member;
    }

    private static List<Case> others() {
        return List.of(
                right(FAMILY, "a clock that is wrong", stage -> {
                    Member clocked = clocked(stage);
                    Session client = stage.session(clocked);
                    stage.faultline()
                            .during(ClockSkew.of(clocked.target()).by(ofHours(1)))
                            .client(clocked.target())
                            .expect("its calendar is wrong", () -> isWrong(client))
                            .within(ofSeconds(8))
                            .afterHealing("it is right", () -> !isWrong(client))
                            .within(ofSeconds(8));
                }),
                wrong(
                        FAMILY,
                        "a wrong clock of a container that this JVM does not use",
                        stage -> {
                            stage.direct(Manner.BUSY);
                            Member clocked = clocked(stage);
                            comesTrueLater(
                                    stage.faultline()
                                            .during(ClockSkew.of(clocked.target())
                                                    .by(ofHours(1))),
                                    stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        "an output that nobody reads, of a client whose neighbour alone writes",
                        stage -> {
                            Member chatty = stage.closing(Member.named("chatty"));
                            chatty.start();
                            stage.session(chatty).tell("childlog");
                            comesTrueLater(
                                    stage.faultline()
                                            .during(BlockedStdout.of(chatty.target()))
                                            .client(chatty.target()),
                                    stage);
                        },
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        "CPU stress of a client that does nothing",
                        stage -> comesTrueLater(
                                ofItself(CpuStress.of(stage.client().target()).workers(2), stage), stage),
                        NOT_THE_CLIENTS),
                wrong(
                        FAMILY,
                        "memory pressure of a client that needs none",
                        stage -> comesTrueLater(
                                ofItself(
                                        MemoryPressure.of(stage.client().target())
                                                .share(0.5),
                                        stage),
                                stage),
                        NOT_THE_CLIENTS));
    }

    private static boolean isWrong(Session client) throws Exception {
        long said = Long.parseLong(client.tell("clock"));
        return Math.abs(said - System.currentTimeMillis() / 1000) > 600;
    }
}
