package io.faultline.fault.output;

import io.faultline.effect.AgentAction;
import java.util.List;

/**
 * The process outside a container that reads its output, which the agent freezes as its tracer: should the agent die,
 * the kernel lets it go on.
 *
 * @param descriptors of the container's first process whose pipe it reads: 1 for stdout, 2 for stderr
 * @param filled whether the pipes are filled at once
 */
record FreezeReaderAction(List<Integer> descriptors, boolean filled) implements AgentAction {

    public FreezeReaderAction {
        descriptors = List.copyOf(descriptors);
    }

    @Override
    public String verb() {
        return "freeze_reader";
    }
}
