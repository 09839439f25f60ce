package io.faultline.fault.shaping;

import io.faultline.effect.Peers;
import io.faultline.effect.Ports;

/** How some of an interface's packets are served. */
record TrafficClass(Peers peers, Ports ports, LinkImpairments quality) {

    /** Whether a packet can be meant by both. */
    boolean overlaps(TrafficClass other) {
        return peers.overlap(other.peers) && ports.overlaps(other.ports);
    }

    boolean isAboutTheSame(TrafficClass other) {
        return peers.equals(other.peers) && ports.equals(other.ports);
    }

    TrafficClass and(LinkImpairments more) {
        return new TrafficClass(peers, ports, quality.and(more));
    }
}
