package io.faultline.agent;

import com.google.gson.annotations.SerializedName;
import io.faultline.effect.Flow;
import io.faultline.effect.Flows;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * Whose packets a change harmed, field for field (docs/AGENT_PROTOCOL.md).
 *
 * @param full whether there may be others
 */
record RememberedFlows(List<Met> met, boolean full) {

    RememberedFlows by(LongUnaryOperator clock) {
        return new RememberedFlows(met.stream().map(each -> each.by(clock)).toList(), full);
    }

    Flows read() {
        return new Flows(met.stream().map(Met::read).toList(), full);
    }

    record Met(
            String proto,
            String src,
            int sport,
            String dst,
            int dport,
            Flow.What what,
            @SerializedName("first_ns") long firstNanos) {

        Met by(LongUnaryOperator clock) {
            return new Met(proto, src, sport, dst, dport, what, clock.applyAsLong(firstNanos));
        }

        Flow read() {
            return new Flow(proto, new Flow.End(src, sport), new Flow.End(dst, dport), what, firstNanos);
        }
    }
}
