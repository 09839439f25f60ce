package io.faultline.effect;

import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.StreamRoute;

/**
 * Something that a Toxiproxy does to the connections of one route. It proves nothing by itself: what shows that it had an effect is
 * counted beside it, in the namespace of the proxy.
 */
public record StreamToxic(StreamRoute route, Way way, Toxic toxic) implements Effect {

    /** Which way the data goes. */
    public enum Way {
        /** From clients to the target. */
        UPSTREAM("to"),
        /** From the target to clients. */
        DOWNSTREAM("from");

        private final String word;

        Way(String word) {
            this.word = word;
        }
    }

    @Override
    public String summary() {
        String what = toxic instanceof Toxic.Closed ? "" : " what goes " + way.word;
        return toxic.describe() + what + " " + route.target() + " port " + route.targetPort() + ", at "
                + route.proxy().name();
    }

    @Override
    public Impact impact() {
        return toxic.signs().contains(Toxic.Sign.ENDED) ? Impact.REFUSES : Impact.DEGRADES;
    }

    @Override
    public boolean isOn(ResolvedTarget resolved) {
        return route.containerId().equals(resolved.containerId());
    }

    @Override
    public boolean meets(Hop hop, String client) {
        return hop.leg() == Leg.Kind.STREAM && hop.port() == route.targetPort();
    }

    @Override
    public boolean hits(Hop hop) {
        return hop.leg() == Leg.Kind.STREAM && hop.port() == route.targetPort();
    }

    /** Two of a kind, or anything and a closed proxy. */
    @Override
    public boolean overlaps(Effect other) {
        return other instanceof StreamToxic second
                && route.proxy().equals(second.route.proxy())
                && (isClosed() || second.isClosed() || isOfTheKindOf(second));
    }

    /** Whether the two differ in strength alone. */
    public boolean isOfTheKindOf(StreamToxic other) {
        return route.proxy().equals(other.route.proxy())
                && way == other.way
                && toxic.getClass().equals(other.toxic.getClass());
    }

    private boolean isClosed() {
        return toxic instanceof Toxic.Closed;
    }
}
