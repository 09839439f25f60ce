package io.faultline.observe;

import java.util.Optional;

/** Tells how containers ended. Thread-safe. */
@FunctionalInterface
public interface Endings {

    /** How a container ended, by its full id; empty while the engine takes it for running. */
    Optional<Ending> of(String containerId);
}
