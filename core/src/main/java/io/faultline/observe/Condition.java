package io.faultline.observe;

/** Something that is true or not at the moment of a look, as {@code worker::isDisconnected}. Must return promptly. */
@FunctionalInterface
public interface Condition {

    /**
     * Looks once.
     *
     * @throws Exception if it could not be looked at: this is neither yes nor no, and ends a wait as inconclusive
     */
    boolean holds() throws Exception;
}
