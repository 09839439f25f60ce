package io.faultline.inject;

import io.faultline.agent.AgentException;
import io.faultline.fault.Fault;
import java.util.List;

/** Something that was injected could not be taken back. What else was open has been healed all the same. */
public final class HealFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final String LATER =
            " The agent tries again when this JVM ends, and without renewal the kernel ends it "
                    + "within 15 s; after that run 'faultline heal', and look at the namespace for rules of others that use what "
                    + "is left.";

    public HealFailedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param failures at least one */
    static HealFailedException of(Fault fault, List<RuntimeException> failures, Throwable opened) {
        String message = "Could not heal " + fault + ": " + failures.get(0).getMessage()
                + (failures.get(0) instanceof AgentException ? LATER : "");
        HealFailedException failure = new HealFailedException(message, failures.get(0));
        failures.stream().skip(1).forEach(failure::addSuppressed);
        failure.addSuppressed(opened);
        return failure;
    }
}
