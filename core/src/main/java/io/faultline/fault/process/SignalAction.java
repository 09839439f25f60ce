package io.faultline.fault.process;

import io.faultline.effect.AgentAction;
import java.util.List;

/**
 * A signal that the agent sends to processes of a container, each time when the harm begins.
 *
 * @param signal without SIG: {@code HUP}
 * @param names as {@code ps -o comm} or the first word of the command line calls them; none means the first process
 */
record SignalAction(String signal, List<String> names) implements AgentAction {

    public SignalAction {
        names = List.copyOf(names);
    }

    @Override
    public String verb() {
        return "signal";
    }
}
