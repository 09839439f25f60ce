package io.faultline.observe;

import java.util.Optional;

/** Tells how containers ended. Thread-safe. */
@FunctionalInterface
public interface ExitStatuses {

    /** How a container ended, by its full id; empty while the engine takes it for running. */
    Optional<ExitStatus> of(String containerId);
}
