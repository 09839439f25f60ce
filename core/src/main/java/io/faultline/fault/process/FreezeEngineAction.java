package io.faultline.fault.process;

import io.faultline.effect.AgentAction;

/**
 * The engine that runs a container, which the agent freezes as its tracer: should the agent die, the kernel lets it go
 * on. The way to the agent leads through the engine, so that only the agent itself can let it go in time.
 *
 * @param container its full id, by whose files the engine's process is found
 * @param milliseconds after which the agent lets it go
 */
record FreezeEngineAction(String container, long milliseconds) implements AgentAction {

    @Override
    public String verb() {
        return "freeze_engine";
    }
}
