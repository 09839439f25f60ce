package io.faultline.fault.process;

import io.faultline.effect.AgentAction;
import java.util.List;

/**
 * Which processes of a container the agent freezes, as a debugger does: it is their tracer, and should it die, the
 * kernel lets them go on.
 *
 * @param names as {@code ps -o comm} or the first word of the command line calls them; none means all
 */
record FreezeAction(List<String> names) implements AgentAction {

    public FreezeAction {
        names = List.copyOf(names);
    }

    @Override
    public String verb() {
        return "freeze";
    }
}
