package io.faultline.effect;

/** How some of an interface's packets are served. */
public record Shape(Peers peers, Ports ports, Quality quality) {

    /** Whether a packet can be meant by both. */
    boolean overlaps(Shape other) {
        return peers.overlap(other.peers) && ports.overlaps(other.ports);
    }

    boolean isAboutTheSame(Shape other) {
        return peers.equals(other.peers) && ports.equals(other.ports);
    }

    Shape and(Quality more) {
        return new Shape(peers, ports, quality.and(more));
    }
}
