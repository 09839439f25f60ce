package io.faultline.topology;

/**
 * What a fault happens to: a container, by the name or id that the engine knows it by. Immutable; says nothing about
 * whether such a container exists, which is found out when the topology is read.
 *
 * @param reference a container's full name, its id, or a unique beginning of its id of at least 12 characters
 * @param label what reports and errors call it
 */
public record Target(String reference, String label) {

    /** @throws IllegalArgumentException if the reference or the label is blank */
    public Target {
        if (reference.isBlank() || label.isBlank()) {
            throw new IllegalArgumentException("A target needs the name or id of a container, but it was blank.");
        }
    }

    /** The container of this name or id. */
    public static Target named(String nameOrId) {
        return new Target(nameOrId, nameOrId);
    }

    @Override
    public String toString() {
        return '"' + label + '"';
    }
}
