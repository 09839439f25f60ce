package io.faultline.scenario.system;

/**
 * A part in a scenario that one container has to play.
 *
 * @param name as in {@code --role NAME=SERVICE}
 * @param what who fits it, for who has to choose: {@code a service that does its work through the dependency}
 */
public record Role(String name, String what) {

    /** @throws IllegalArgumentException if the name is blank */
    public Role {
        if (name.isBlank()) {
            throw new IllegalArgumentException("A role needs a name, but it was blank.");
        }
    }
}
