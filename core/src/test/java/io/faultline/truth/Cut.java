package io.faultline.truth;

import io.faultline.fault.Fault;
import io.faultline.fault.packet.PacketLoss;
import io.faultline.fault.packet.Partition;
import io.faultline.fault.shaping.Bandwidth;
import io.faultline.fault.shaping.BitRate;
import io.faultline.topology.Target;
import java.util.List;

/**
 * A fault that is told by a name, on a target.
 *
 * @param isSilent whether a client that does not speak does not meet it
 */
record Cut(String name, boolean isSilent, On on) {

    /** Makes the fault. */
    interface On {
        Fault of(Target target, Stage stage);
    }

    Fault of(Target target, Stage stage) {
        return on.of(target, stage);
    }

    private static Cut cut(String name, On on) {
        return new Cut(name, true, on);
    }

    /** Those that stop the packets of everybody who talks to port 7000 of a target. */
    static final List<Cut> OF_EVERYBODY = List.of(
            cut("a silent partition", (target, stage) -> Partition.of(target)),
            cut("a rejecting partition", (target, stage) -> Partition.of(target).rejecting()),
            cut("a resetting partition", (target, stage) -> Partition.of(target).resetting()),
            cut(
                    "a partition of what comes in",
                    (target, stage) -> Partition.of(target).incomingOnly()),
            cut(
                    "a partition of what goes out",
                    (target, stage) -> Partition.of(target).outgoingOnly()),
            cut("a partition of a port", (target, stage) -> Partition.of(target).port(Member.PORT)),
            cut(
                    "a partition of some ports",
                    (target, stage) -> Partition.of(target).ports(6990, 7010)),
            cut("a partition of TCP", (target, stage) -> Partition.of(target).protocol("tcp")),
            cut("the loss of all packets", (target, stage) -> PacketLoss.random(target, 100)),
            cut(
                    "the loss of each packet of a port",
                    (target, stage) -> PacketLoss.every(target, 1).port(Member.PORT)));

    /** Those that stop one container's packets to a target: the client's, or another's by its name. */
    static final List<Cut> OF_ONE = List.of(
            cut(
                    "a partition towards one",
                    (target, stage) ->
                            Partition.of(target).towards(stage.client().address())),
            cut(
                    "a partition between two",
                    (target, stage) -> Partition.between(target, stage.client().target())),
            cut(
                    "a partition in groups",
                    (target, stage) -> Partition.groups(
                            List.of(List.of(target), List.of(stage.client().target())))),
            cut(
                    "the loss of packets towards one",
                    (target, stage) -> PacketLoss.random(target, 100)
                            .towards(stage.client().address())));

    /** Those that leave port 7000 alone. */
    static final List<Cut> OF_ANOTHER_PORT = List.of(
            cut("a partition of a port", (target, stage) -> Partition.of(target).port(Member.OTHER_PORT)),
            cut(
                    "a rejecting partition of a port",
                    (target, stage) ->
                            Partition.of(target).port(Member.OTHER_PORT).rejecting()),
            cut(
                    "a partition of some ports",
                    (target, stage) -> Partition.of(target).ports(7050, 7150)),
            cut(
                    "the loss of each packet of a port",
                    (target, stage) -> PacketLoss.every(target, 1).port(Member.OTHER_PORT)),
            cut(
                    "too little bandwidth for a port",
                    (target, stage) -> Bandwidth.of(target, BitRate.kbit(16)).port(Member.OTHER_PORT)));
}
