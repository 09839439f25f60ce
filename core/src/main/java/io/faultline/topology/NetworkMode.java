package io.faultline.topology;

/**
 * Whose network namespace a container is in.
 *
 * @param owner whose it is if it is another container's: that one's name
 */
public record NetworkMode(Kind kind, String owner) {

    /** Of its own, with or without networks, the Docker host's, or another container's. */
    public enum Kind {
        OWN,
        HOST,
        CONTAINER
    }

    public static final NetworkMode OWN = new NetworkMode(Kind.OWN, "");
    public static final NetworkMode HOST = new NetworkMode(Kind.HOST, "");

    /** That of another container. */
    public static NetworkMode of(String owner) {
        return new NetworkMode(Kind.CONTAINER, owner);
    }

    public boolean isOwn() {
        return kind == Kind.OWN;
    }

    /**
     * Refuses one that others live in, too.
     *
     * @throws TargetException if a fault of its network would be one of others', too
     */
    public void requireOwn(Target target) {
        switch (kind) {
            case OWN -> {}
            case HOST ->
                throw new TargetException(target + " uses the host's network (--network host): a fault of its network "
                        + "would hit the whole machine. Run it on a network of its own. Faults of its processes, its output "
                        + "and its resources work as it is.");
            case CONTAINER ->
                throw new TargetException(target + " shares the network of the container \"" + owner + "\": a fault of "
                        + "the network in one is a fault in both. Name \"" + owner + "\" instead. Faults of processes, "
                        + "output and resources work on " + target + " itself.");
        }
    }
}
