package io.faultline.truth;

import static io.faultline.truth.Case.right;
import static io.faultline.truth.Case.wrong;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.faultline.fault.CompositeFault;
import io.faultline.fault.Fault;
import io.faultline.fault.Ramp;
import io.faultline.fault.packet.PacketLoss;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.process.Freeze;
import io.faultline.fault.process.Pause;
import io.faultline.fault.shaping.Bandwidth;
import io.faultline.fault.shaping.BitRate;
import io.faultline.journal.Event.Kind;
import io.faultline.truth.Talker.Manner;
import io.faultline.verify.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Faults that begin later, end by themselves or come and go, and several at once. */
final class TimeCases {

    private static final String FAMILY = "time and number";
    private static final Cause[] OVER = {Cause.FAULT_OVER, Cause.CLIENT_NOT_AFFECTED, Cause.NO_EFFECT};

    private record Named(String name, Function<Stage, Fault> of) {}

    private static final List<Named> ENOUGH = List.of(
            new Named("a pause of two seconds", stage -> Pause.of(stage.t()).lasting(ofSeconds(2))),
            new Named(
                    "a partition of two seconds",
                    stage -> Partition.of(stage.t()).lasting(ofSeconds(2))),
            new Named(
                    "a freeze that begins later", stage -> Freeze.of(stage.t()).after(ofMillis(300))),
            new Named(
                    "a partition that begins later",
                    stage -> Partition.of(stage.t()).after(ofMillis(300))),
            new Named(
                    "a partition that comes and goes",
                    stage -> Partition.of(stage.t()).pulse(ofMillis(700), ofMillis(200))),
            new Named(
                    "a pause that comes and goes", stage -> Pause.of(stage.t()).pulse(ofMillis(900), ofMillis(300))),
            new Named(
                    "a loss that grows",
                    stage -> Ramp.of(50, 100, ofSeconds(1), percent -> PacketLoss.random(stage.t(), percent))),
            new Named(
                    "a partition and the pause of another",
                    stage -> CompositeFault.of(
                            Partition.of(stage.t()), Pause.of(stage.other().target()))),
            new Named(
                    "a pause and the loss of packets",
                    stage -> CompositeFault.of(Pause.of(stage.t()), PacketLoss.random(stage.t(), 30))),
            new Named(
                    "the loss of two containers' packets",
                    stage -> CompositeFault.of(
                            PacketLoss.random(stage.t(), 100),
                            PacketLoss.random(stage.other().target(), 100))));

    private static final List<Named> TOO_SHORT = List.of(
            new Named("a pause", stage -> Pause.of(stage.t()).lasting(ofMillis(300))),
            new Named("a freeze", stage -> Freeze.of(stage.t()).lasting(ofMillis(300))),
            new Named("a partition", stage -> Partition.of(stage.t()).lasting(ofMillis(300))),
            new Named(
                    "a rejecting partition",
                    stage -> Partition.of(stage.t()).rejecting().lasting(ofMillis(300))),
            new Named(
                    "too little bandwidth",
                    stage -> Bandwidth.of(stage.t(), BitRate.kbit(16)).lasting(ofMillis(300))),
            new Named("a loss", stage -> PacketLoss.random(stage.t(), 100).lasting(ofMillis(300))));

    private TimeCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        for (Named fault : ENOUGH) {
            all.add(right(FAMILY, fault.name(), stage -> {
                Talker client = stage.direct(Manner.BUSY);
                stage.faultline()
                        .during(fault.of().apply(stage))
                        .expect("the client notices", client::isDown)
                        .within(ofSeconds(10))
                        .afterHealing("it goes on", client::isUp)
                        .within(ofSeconds(15));
            }));
        }
        for (Named fault : TOO_SHORT) {
            all.add(wrong(
                    FAMILY,
                    fault.name() + " that is over before anything meets it",
                    stage -> {
                        stage.direct(Manner.IDLE);
                        stage.faultline()
                                .during(fault.of().apply(stage))
                                .expect("the client notices", stage.timer())
                                .within(ofSeconds(4));
                    },
                    OVER));
        }
        all.add(wrong(
                FAMILY,
                "a pause that is over before the client uses its target",
                stage -> {
                    Talker[] late = new Talker[1];
                    stage.faultline()
                            .during(Pause.of(stage.t()).lasting(ofMillis(300)))
                            .expect("the client connects, and comes true for that", () -> {
                                if (late[0] == null
                                        && stage.faultline().journal().events().stream()
                                                .anyMatch(event -> event.kind() == Kind.HEALED)) {
                                    late[0] = stage.direct(Manner.BUSY);
                                }
                                return late[0] != null;
                            })
                            .within(ofSeconds(6));
                },
                OVER));
        all.add(wrong(
                FAMILY,
                "a partition that begins later than what is expected comes true",
                stage -> {
                    stage.direct(Manner.BUSY);
                    stage.faultline()
                            .during(Partition.of(stage.t()).after(ofSeconds(2)))
                            .expect("the client notices", stage.since(Kind.INJECT, ofMillis(500)))
                            .within(ofSeconds(4));
                },
                Cause.CAME_TRUE_WHILE_INJECTING));
        all.add(wrong(
                FAMILY,
                "several faults, none of which is the client's",
                stage -> {
                    stage.direct(Manner.BUSY);
                    stage.hostTalks(stage.other(), Member.PORT);
                    stage.faultline()
                            .during(
                                    Partition.of(stage.other().target()),
                                    Pause.of(stage.client().target()),
                                    Partition.of(stage.t()).port(Member.OTHER_PORT))
                            .expect("the client notices", stage.timer())
                            .within(ofSeconds(4));
                },
                OVER));
        return all;
    }
}
