package io.faultline.fault.packet;

import io.faultline.effect.AgentAction;
import io.faultline.effect.FilterOrder;
import io.faultline.effect.TrafficOrder;
import java.util.List;

/**
 * What becomes of some packets, as the agent is told.
 *
 * @param remember the families of addresses whose flows are remembered: {@code ipv4}, {@code ipv6}
 */
record PacketOrder(FilterOrder filter, TrafficOrder traffic, Action action, List<String> remember)
        implements AgentAction {

    /**
     * @param kind {@code DROP}, {@code REJECT}, {@code RESET} or {@code LOSE}
     * @param probability of a loss by chance
     * @param every of a loss by pattern: of so many packets those at the positions, counted from 1
     */
    record Action(String kind, double probability, int every, List<Integer> positions) {

        static Action of(PacketAction action) {
            if (action instanceof PacketAction.LostAtRandom random) {
                return new Action("LOSE", random.probability(), 0, List.of());
            }
            if (action instanceof PacketAction.LostByPattern pattern) {
                return new Action("LOSE", 0, pattern.every(), pattern.positions());
            }
            return whole(action instanceof PacketAction.Reset ? "RESET" : action.isTotal() ? "DROP" : "REJECT");
        }

        private static Action whole(String kind) {
            return new Action(kind, 0, 0, List.of());
        }
    }

    @Override
    public String verb() {
        return "packets";
    }
}
