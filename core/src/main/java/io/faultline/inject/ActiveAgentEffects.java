package io.faultline.inject;

import io.faultline.agent.Agent;
import io.faultline.agent.AgentException;
import io.faultline.agent.Answers.Orphans;
import io.faultline.agent.Answers.State;
import io.faultline.agent.Ended;
import io.faultline.effect.ActionState;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.Effect;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Effects that one agent holds open. Guarded by their injection, but for {@link #ended}. */
final class ActiveAgentEffects implements ActiveEffects {

    private final Agent agent;
    private final InjectionRegistry registry;
    private final List<Long> inForceNanos;
    private final Map<String, Ended> ended = new ConcurrentHashMap<>();
    private List<Tagged> effects;
    private List<String> unsettled = List.of();

    /** An effect under the name that all it adds carries. */
    record Tagged(String tag, AgentEffect effect) {}

    ActiveAgentEffects(List<Tagged> effects, Agent agent, InjectionRegistry registry, List<Long> inForceNanos) {
        this.effects = List.copyOf(effects);
        this.agent = agent;
        this.registry = registry;
        this.inForceNanos = List.copyOf(inForceNanos);
    }

    @Override
    public int size() {
        return effects.size();
    }

    @Override
    public List<Long> inForceNanos() {
        return inForceNanos;
    }

    /** The tags of what nobody holds any more: their agent is gone, and did not tell before that it took them back. */
    Set<String> orphans() {
        if (agent.isAlive()) {
            return Set.of();
        }
        return effects.stream().map(Tagged::tag).filter(tag -> !endedWell(tag)).collect(Collectors.toSet());
    }

    private boolean endedWell(String tag) {
        Ended event = ended.get(tag);
        return event != null && event.state().problem().isEmpty();
    }

    /**
     * The agent took one back by itself. Called by the thread that a heal or read waits for, so it must not wait for them.
     *
     * @return whether it was one of these
     */
    boolean ended(Ended event) {
        boolean mine = effects.stream().anyMatch(each -> each.tag().equals(event.effect()));
        if (mine) {
            ended.put(event.effect(), event);
        }
        return mine;
    }

    @Override
    public Evidence read() {
        List<Evidence> found = new ArrayList<>(early());
        List<Tagged> open = open();
        if (!open.isEmpty()) {
            List<State> states = agent.read(tags(open));
            for (int i = 0; i < open.size(); i++) {
                found.add(evidence(open.get(i), states.get(i)));
            }
        }
        return Evidence.sum(found);
    }

    @Override
    public Healing heal() {
        if (!orphans().isEmpty()) {
            return sweep();
        }
        try {
            return healWhatIsOpen();
        } catch (AgentException e) {
            if (!orphans().isEmpty()) {
                return sweep();
            }
            throw e;
        }
    }

    private Healing healWhatIsOpen() {
        List<Tagged> open = newestFirst(open());
        List<State> states = List.of();
        if (!open.isEmpty()) {
            try {
                states = agent.heal(tags(open));
            } catch (AgentException e) {
                // One may have ended by itself while we asked; the agent tells so before it refuses, in that order.
                if (open().size() == open.size()) {
                    throw e;
                }
                return healWhatIsOpen();
            }
        }
        List<Evidence> found = new ArrayList<>(early());
        long last = ended.values().stream()
                .mapToLong(event -> event.state().atNanos())
                .max()
                .orElse(Collections.max(inForceNanos));
        for (int i = 0; i < states.size(); i++) {
            found.add(evidence(open.get(i), states.get(i)));
            last = Math.max(last, states.get(i).atNanos());
        }
        List<State> all = Stream.concat(states.stream(), ended.values().stream().map(Ended::state))
                .toList();
        unsettled = all.stream()
                .filter(state -> state.orphans() != null)
                .map(State::effect)
                .toList();
        requireTakenBack(states);
        return new Healing(last, Evidence.sum(found), notes(all));
    }

    private static List<String> notes(List<State> states) {
        int over = states.stream()
                .map(State::orphans)
                .filter(Objects::nonNull)
                .mapToInt(Orphans::ended)
                .sum();
        int left = states.stream()
                .map(State::orphans)
                .filter(Objects::nonNull)
                .mapToInt(Orphans::left)
                .sum();
        List<String> notes = new ArrayList<>();
        if (over > 0) {
            notes.add("ended " + connections(over) + " closed under it, at whose other end nobody is");
        }
        if (left > 0) {
            notes.add(connections(left) + " closed under it and not over: the kernel goes on sending, so what was "
                    + "written into them may yet arrive");
        }
        return notes;
    }

    static String connections(int number) {
        return number == 1 ? "1 connection that was" : number + " connections that were";
    }

    /**
     * Ends the connections that were closed under them and are not over yet, once nobody looks at them any more. An agent
     * that is gone has done so on its way out.
     *
     * @return how many there were
     */
    int settle() {
        List<String> tags = unsettled;
        unsettled = List.of();
        return tags.isEmpty() || !agent.isAlive() ? 0 : agent.settle(tags);
    }

    private void requireTakenBack(List<State> states) {
        List<AgentException> failures = new ArrayList<>();
        states.forEach(state -> refusal(state).ifPresent(failures::add));
        ended.values().forEach(event -> refusal(event.state()).ifPresent(failures::add));
        if (!failures.isEmpty()) {
            failures.stream().skip(1).forEach(failures.get(0)::addSuppressed);
            throw failures.get(0);
        }
    }

    private static Optional<AgentException> refusal(State state) {
        return state.problem()
                .map(problem ->
                        new AgentException("The agent could not take " + state.effect() + " back: " + problem + "."));
    }

    private Healing sweep() {
        registry.sweep(orphans());
        return new Healing(
                System.nanoTime(),
                new Evidence(
                        List.of(), Optional.of("the agent died while it was open, and the fault ended unwatched")));
    }

    @Override
    public long lift() {
        return agent.lift(tags(newestFirst(open())));
    }

    @Override
    public long restore() {
        return agent.restore(tags(open()));
    }

    @Override
    public long retune(List<Effect> to) {
        List<Tagged> tuned = new ArrayList<>();
        for (int i = 0; i < effects.size(); i++) { // all of them, before one is touched
            Tagged from = effects.get(i);
            AgentEffect wanted = (AgentEffect) to.get(i);
            if (!from.effect().equals(wanted) && !from.effect().canBecome(wanted)) {
                throw new IllegalArgumentException("\"" + from.effect().summary() + "\" cannot become \""
                        + wanted.summary() + "\" while it is open.");
            }
            tuned.add(new Tagged(from.tag(), wanted));
        }
        long last = Collections.max(inForceNanos);
        for (int i = 0; i < tuned.size(); i++) {
            Tagged each = tuned.get(i);
            if (effects.get(i).effect().canBecome(each.effect())) {
                last = agent.retune(each.tag(), each.effect().action());
            }
        }
        effects = List.copyOf(tuned);
        return last;
    }

    private List<Tagged> open() {
        return effects.stream().filter(each -> !ended.containsKey(each.tag())).toList();
    }

    private static List<Tagged> newestFirst(List<Tagged> list) {
        List<Tagged> reversed = new ArrayList<>(list);
        Collections.reverse(reversed);
        return reversed;
    }

    private static List<String> tags(List<Tagged> list) {
        return list.stream().map(Tagged::tag).toList();
    }

    private List<Evidence> early() {
        return effects.stream()
                .flatMap(each -> Optional.ofNullable(ended.get(each.tag()))
                        .map(event -> came(each, event.state(), Optional.of("it ended early: " + event.why())))
                        .stream())
                .toList();
    }

    private static Evidence evidence(Tagged each, State state) {
        Optional<String> invalidated = state.came().flatMap(ActionState::flaw);
        if (!state.targetAlive()) {
            invalidated = Optional.of(Evidence.TARGET_DIED);
        } else if (invalidated.isEmpty() && (state.wiped() || state.came().isEmpty())) {
            invalidated = Optional.of(
                    "a part of the fault's rules was removed by somebody else, or expired, while it was open");
        }
        return came(each, state, invalidated);
    }

    private static Evidence came(Tagged each, State state, Optional<String> invalidated) {
        Optional<ActionState> came = state.came();
        List<HarmedFlows> flows = each.effect().filteredBy().stream()
                .map(filter -> new HarmedFlows(each.effect(), came.flatMap(ActionState::flows)))
                .toList();
        return new Evidence(came.map(each.effect()::evidence).orElse(List.of()), invalidated, flows);
    }
}
