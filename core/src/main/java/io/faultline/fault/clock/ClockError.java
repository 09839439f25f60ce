package io.faultline.fault.clock;

import io.faultline.effect.AgentAction;

/**
 * By how much a clock is wrong.
 *
 * @param offsetNanos at once; below zero it is slow
 * @param driftPpb by how much more with each second, in billionths
 */
record ClockError(long offsetNanos, long driftPpb) implements AgentAction {

    @Override
    public String verb() {
        return "clock";
    }
}
