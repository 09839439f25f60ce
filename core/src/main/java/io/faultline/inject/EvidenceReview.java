package io.faultline.inject;

import io.faultline.effect.Effect;
import io.faultline.fault.Fault;
import io.faultline.topology.Topology;
import java.util.List;
import java.util.Optional;

/** What an injection knows of its evidence that its effects do not: a schedule that was not kept, an end that was wanted. */
final class EvidenceReview {

    private final Fault fault;
    private final List<Effect> effects;
    private final Topology topology;
    private final InjectionRegistry registry;
    private volatile Optional<String> brokenSchedule = Optional.empty();

    EvidenceReview(Fault fault, List<Effect> effects, Topology topology, InjectionRegistry registry) {
        this.fault = fault;
        this.effects = effects;
        this.topology = topology;
        this.registry = registry;
    }

    void brokeSchedule(String problem) {
        brokenSchedule = Optional.of(problem);
    }

    Evidence of(Evidence found) {
        return found.invalidated(brokenSchedule.or(() -> found.invalidated().filter(why -> !isWanted(why))));
    }

    private boolean isWanted(String invalidated) {
        return invalidated.equals(Evidence.TARGET_DIED) && (isFatal() || isStopping());
    }

    private boolean isFatal() {
        return effects.stream().anyMatch(Effect::endsItsTarget);
    }

    private boolean isStopping() {
        return fault.targets().stream()
                .anyMatch(target ->
                        registry.isStopping(topology.onAnyNetwork(target).containerId()));
    }
}
