package io.faultline.inject;

/** Where an injection is in its life: prepared, then in force and lifted in turn, then over in one of three ways. */
enum InjectionState {
    PREPARED,
    IN_FORCE,
    LIFTED,
    HEALED,
    HEAL_FAILED,
    /** Healed before it was ever in force. */
    WITHDRAWN;

    static InjectionState opened(OpenOptions options) {
        return options.lifted() ? PREPARED : IN_FORCE;
    }

    boolean isOpen() {
        return this == IN_FORCE || isLifted();
    }

    /** Whether it is open and does no harm now. */
    boolean isLifted() {
        return this == PREPARED || this == LIFTED;
    }

    InjectionState healed() {
        return this == PREPARED ? WITHDRAWN : HEALED;
    }
}
