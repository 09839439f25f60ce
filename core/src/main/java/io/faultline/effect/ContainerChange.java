package io.faultline.effect;

import io.faultline.topology.ResolvedTarget;

/** A change of a whole container that only Docker takes back: by a rollback container, should this JVM not be able to. */
public sealed interface ContainerChange extends Effect permits NetworkDetachment, PausedContainer, EndedContainer {

    /** What is changed, for people: {@code "redis"}. */
    String place();

    /** The engine's full id. */
    String containerId();

    @Override
    default boolean isOn(ResolvedTarget resolved) {
        return containerId().equals(resolved.containerId());
    }
}
