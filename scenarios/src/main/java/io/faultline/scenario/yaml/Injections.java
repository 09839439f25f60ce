package io.faultline.scenario.yaml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What is injected at each point of a scenario, so that what is healed there was injected, and is not healed yet. For one thread. */
final class Injections {

    /** Steps that are taken together, and what was injected in them and is not healed yet. */
    private record Scope(boolean isRepeated, Map<String, Value> open) {}

    private final Set<String> ever = new LinkedHashSet<>();
    private final Deque<Scope> scopes = new ArrayDeque<>(List.of(new Scope(false, new LinkedHashMap<>())));
    private final Map<String, Value> inOtherBranches = new LinkedHashMap<>();

    /** @param where the step's faults, where problems are told */
    void inject(String name, Value where) {
        if (ever.add(name)) {
            scopes.element().open().put(name, where);
        } else {
            where.problem("something is injected as \"" + name + "\" already. Name this one: as: another-name.");
        }
    }

    /** @param where the name in the step that heals, where problems are told */
    void heal(String name, Value where) {
        if (!ever.contains(name)) {
            where.problem("nothing was injected as \"" + name + "\" before (injected: " + ever + ")."
                    + Suggestion.of(name, ever));
            return;
        }
        for (Scope scope : scopes) {
            if (scope.open().remove(name) != null) {
                return;
            }
            if (scope.isRepeated() && isOpenFurtherOut(name)) {
                where.problem(
                        "\"" + name + "\" was injected before this repeat, so only its first round could heal it: "
                                + "heal it after the repeat.");
                return;
            }
        }
        where.problem(
                inOtherBranches.containsKey(name)
                        ? "\"" + name
                                + "\" is injected in another branch, which may not have come to that yet: heal it in the "
                                + "same branch, or after the parallel."
                        : "\"" + name + "\" was healed before already.");
    }

    private boolean isOpenFurtherOut(String name) {
        return scopes.stream().anyMatch(scope -> scope.open().containsKey(name));
    }

    /** Reads steps that are taken again and again: each round has to heal what it injects. */
    <T> T repeated(Supplier<T> steps) {
        scopes.push(new Scope(true, new LinkedHashMap<>()));
        T read = steps.get();
        scopes.pop()
                .open()
                .forEach((name, where) -> where.problem("\"" + name
                        + "\" is injected in each round, but no round heals it: end the repeated steps with \"heal: "
                        + name
                        + "\"."));
        return read;
    }

    /** Reads branches that are taken at the same time; what they leave open is open after them. */
    <T> List<T> parallel(Stream<Supplier<T>> branches) {
        Map<String, Value> before = new LinkedHashMap<>(inOtherBranches);
        Map<String, Value> left = new LinkedHashMap<>();
        List<T> read = new ArrayList<>();
        branches.forEach(branch -> {
            scopes.push(new Scope(false, new LinkedHashMap<>()));
            read.add(branch.get());
            Map<String, Value> open = scopes.pop().open();
            left.putAll(open);
            inOtherBranches.putAll(open);
        });
        inOtherBranches.clear();
        inOtherBranches.putAll(before);
        scopes.element().open().putAll(left);
        return read;
    }
}
