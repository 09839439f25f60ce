package io.faultline.fault.output;

import io.faultline.effect.ActionEffect;
import io.faultline.effect.ContainerChange;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Effect;
import io.faultline.effect.Impact;
import io.faultline.effect.UnreadOutput;
import io.faultline.topology.NetworkNamespace;
import java.util.Optional;

/**
 * The process that reads a container's output is frozen, so that the pipes behind stdout and stderr run full. The same
 * process executes in the container and reaps it, so the engine may answer nothing about it meanwhile.
 *
 * @param place whose output it is, for people: {@code "app"}
 * @param namespace where its first process lives
 */
record FrozenReader(String place, String containerId, NetworkNamespace namespace, FreezeReaderAction action)
        implements ActionEffect {

    @Override
    public Impact impact() {
        return Impact.DEGRADES;
    }

    /** Whatever else needs the engine, or that very process. */
    @Override
    public boolean overlaps(Effect other) {
        return (other instanceof FrozenReader reader && containerId.equals(reader.containerId))
                || (other instanceof UnreadOutput output && containerId.equals(output.containerId()))
                || (other instanceof ContainerChange change && containerId.equals(change.containerId()));
    }

    @Override
    public boolean silencesEngine(String container) {
        return containerId.equals(container);
    }

    @Override
    public String adviceIfUnmet() {
        return "Did " + place
                + " write nothing meanwhile, or does it write without waiting? Let it log while the fault is open.";
    }

    @Override
    public Optional<String> cure() {
        return Optional.of("Somebody stands in a write to a full pipe: nobody reads the output of " + place
                + ". Log through a bounded queue that drops, so that no work waits for its log.");
    }

    @Override
    public String summary() {
        return "freeze the reader of the output of " + place + (action.filled() ? ", and fill the pipes" : "");
    }

    @Override
    public EvidenceUnit unit() {
        return EvidenceUnit.BLOCKED;
    }
}
