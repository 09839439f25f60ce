package io.faultline.agent;

import java.util.Map;

/**
 * Translates the agent's monotonic clock into this JVM's {@link System#nanoTime()}. The two are one clock on one Linux
 * machine; elsewhere the offset is known to within half a round trip, which the fastest of a few round trips keeps small.
 *
 * @param offsetNanos to add to the agent's time
 * @param uncertaintyNanos how far off a translated time can be
 */
record AgentClock(long offsetNanos, long uncertaintyNanos) {

    /** One look at the agent's clock, between two looks at ours. */
    record Sample(long sentNanos, long agentNanos, long receivedNanos) {
        AgentClock clock() {
            long half = (receivedNanos - sentNanos) / 2;
            long offset = sentNanos + half - agentNanos;
            // Within the uncertainty of the same time it is the same clock, and exact.
            return Math.abs(offset) <= half ? new AgentClock(0, 0) : new AgentClock(offset, half);
        }
    }

    /** The best of a few looks. */
    static AgentClock of(Wire wire) {
        return look(wire).better(look(wire)).better(look(wire));
    }

    private static AgentClock look(Wire wire) {
        long sent = System.nanoTime();
        Answers.Pong pong = wire.ask("ping", Map.of(), Answers.Pong.class);
        return new Sample(sent, pong.nowNanos(), System.nanoTime()).clock();
    }

    AgentClock better(AgentClock other) {
        return uncertaintyNanos <= other.uncertaintyNanos ? this : other;
    }

    /** A moment of which the agent told; by its arrival it was past, however uncertain the offset is. */
    long toJvm(long agentNanos, long arrivedNanos) {
        long translated = agentNanos + offsetNanos;
        return translated - arrivedNanos > 0 ? arrivedNanos : translated;
    }
}
