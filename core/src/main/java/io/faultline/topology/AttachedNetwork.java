package io.faultline.topology;

/**
 * A network that a container is attached to.
 *
 * @param name the engine's name of it
 * @param id the engine's full id of it
 */
public record AttachedNetwork(String name, String id) {

    /** Whether this is how somebody calls it: by its name or its id. */
    public boolean isCalled(String nameOrId) {
        return name.equals(nameOrId) || id.equals(nameOrId);
    }

    @Override
    public String toString() {
        return '"' + name + '"';
    }
}
