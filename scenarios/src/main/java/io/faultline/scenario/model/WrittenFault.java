package io.faultline.scenario.model;

import io.faultline.fault.Fault;
import io.faultline.fault.FaultComponent;
import io.faultline.fault.FaultSpec;
import io.faultline.topology.Target;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A fault as a file writes it. Immutable.
 *
 * @param values texts, numbers, truth values, and lists of texts, by the names of the spec's components
 */
public record WrittenFault(FaultSpec spec, Map<String, Object> values) {

    public WrittenFault {
        values = Map.copyOf(values);
    }

    /**
     * The fault, which is not injected yet.
     *
     * @param roles what plays which
     * @param problems takes everything that is wrong, a sentence each
     * @return empty if something is wrong
     */
    public Optional<Fault> make(Map<String, Target> roles, Consumer<String> problems) {
        return spec.make(values, role -> target(roles, role), what -> problems.accept(spec + ": " + what));
    }

    private static Target target(Map<String, Target> roles, String role) {
        return Optional.ofNullable(roles.get(role))
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no role \"" + role + "\" (there are: " + roles.keySet() + ")."));
    }

    /** As it was written: {@code pause of dependency}. */
    @Override
    public String toString() {
        return spec + " of " + values.getOrDefault(FaultComponent.TARGET, "?");
    }
}
