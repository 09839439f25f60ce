package io.faultline.inject;

import io.faultline.agent.Agent;
import io.faultline.agent.AgentException;
import io.faultline.agent.Answers.Healed;
import io.faultline.agent.Ended;
import io.faultline.effect.Effect;
import io.faultline.effect.PacketCount;
import java.util.List;
import java.util.Optional;

/** One effect that an agent holds open. Guarded by its injection, but for {@link #ended}. */
final class OpenEffect {

    private final Effect effect;
    private final String tag;
    private final Agent agent;
    private volatile Optional<Ended> ended = Optional.empty();

    OpenEffect(Effect effect, String tag, Agent agent) {
        this.effect = effect;
        this.tag = tag;
        this.agent = agent;
    }

    Effect effect() {
        return effect;
    }

    String tag() {
        return tag;
    }

    /** Whether the agent that held it is gone, and did not tell before that it took it back. */
    boolean isOrphaned() {
        return !agent.isAlive()
                && ended.filter(event -> event.problem().isEmpty()).isEmpty();
    }

    /** The agent took it back by itself. Called by the thread that a heal or read waits for, so it must not wait for them. */
    void ended(Ended event) {
        ended = Optional.of(event);
    }

    Evidence read() {
        return ended.map(this::early).orElseGet(() -> of(agent.read(tag)));
    }

    /** Takes it back; tells when the harm stopped, and the evidence until then. */
    Healing heal() {
        if (ended.isEmpty()) {
            try {
                Healed healed = agent.heal(tag);
                return new Healing(healed.atNanos(), of(healed));
            } catch (AgentException e) {
                // It may have ended by itself while we asked; the agent tells so before it refuses, in that order.
                if (ended.isEmpty()) {
                    throw e;
                }
            }
        }
        Ended early = ended.orElseThrow();
        if (early.problem().isPresent()) {
            throw new AgentException("The agent could not take " + tag + " back: "
                    + early.problem().get());
        }
        return new Healing(early.healed().atNanos(), early(early));
    }

    record Healing(long atNanos, Evidence evidence) {}

    private Evidence early(Ended event) {
        return new Evidence(counts(event.healed()), Optional.of("it ended early: " + event.why()));
    }

    private Evidence of(Healed state) {
        Optional<String> spoiled = Optional.empty();
        if (!state.targetAlive()) {
            spoiled = Optional.of("the target's process died while the fault was open");
        } else if (state.wiped() || !effect.isIntact(tag, state.counters())) {
            spoiled = Optional.of(
                    "a part of the fault's rules was removed by somebody else, or expired, while it was open");
        }
        return new Evidence(counts(state), spoiled);
    }

    private List<PacketCount> counts(Healed state) {
        return state.counters() == null ? List.of() : effect.evidence(tag, state.counters());
    }
}
