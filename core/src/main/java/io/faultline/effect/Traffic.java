package io.faultline.effect;

/** Which packets of a leg are meant. */
public record Traffic(Peers peers, Ports ports, Flow flow) {

    /** Which way, seen from the target. */
    public enum Flow {
        BOTH("between", "and"),
        INTO("to", "from"),
        OUT_OF("from", "to");

        private final String target;
        private final String peers;

        Flow(String target, String peers) {
            this.target = target;
            this.peers = peers;
        }

        /** The same, seen from the other end. */
        public Flow reversed() {
            return switch (this) {
                case BOTH -> BOTH;
                case INTO -> OUT_OF;
                case OUT_OF -> INTO;
            };
        }

        public boolean in() {
            return this != OUT_OF;
        }

        public boolean out() {
            return this != INTO;
        }
    }

    /** Everything, both ways. */
    public static Traffic with(Peers peers) {
        return new Traffic(peers, Ports.ALL, Flow.BOTH);
    }

    /** Whether what is meant on its way in is meant on its way out as well. */
    public boolean isSymmetric() {
        return peers.isEveryone() && ports.range().isEmpty();
    }

    public boolean overlaps(Traffic other) {
        boolean flows = flow == Flow.BOTH || other.flow == Flow.BOTH || flow == other.flow;
        return flows && peers.overlap(other.peers) && ports.overlaps(other.ports);
    }

    /** In words, for a place: {@code everything between "redis" and everyone}. */
    public String describe(String place) {
        return ports + " " + flow.target + " " + place + " " + flow.peers + " " + peers;
    }
}
