package io.faultline.scenario.play;

import io.faultline.Faultline;
import io.faultline.fault.Fault;
import io.faultline.fault.Together;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.junit.FaultText;
import io.faultline.observe.Detection;
import io.faultline.scenario.RunningSystem;
import io.faultline.terrain.Target;
import io.faultline.verify.Exposure;
import io.faultline.verify.Outcome;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The faults of a scenario that are open, by the names that its steps call them. Thread-safe. */
final class OpenFaults {

    private final Faultline faultline;
    private final RunningSystem system;
    private final String client;
    private final Map<String, Exposure> open = new LinkedHashMap<>();
    private OptionalLong lastInForce = OptionalLong.empty();
    private OptionalLong lastHealed = OptionalLong.empty();

    /** @param client the role whose connections tell what a silence means to it */
    OpenFaults(Faultline faultline, RunningSystem system, String client) {
        this.faultline = faultline;
        this.system = system;
        this.client = client;
    }

    /** Injects several as one. */
    void inject(String name, List<FaultText> texts) throws InterruptedException {
        Map<String, Target> targets =
                system.roles().stream().collect(Collectors.toMap(Function.identity(), system::target));
        List<String> problems = new ArrayList<>();
        List<Fault> faults = texts.stream()
                .flatMap(text -> text.make(targets, "role", problems::add).stream())
                .toList();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", problems));
        }
        Fault fault = faults.size() == 1 ? faults.get(0) : Together.of(faults);
        Exposure exposure = system.clientInThisJvm().isPresent()
                ? faultline.expose(fault)
                : faultline.expose(fault, system.target(client));
        synchronized (this) {
            open.put(name, exposure);
            lastInForce = OptionalLong.of(exposure.injection().inForceNanos());
        }
    }

    /** Heals it, and makes sure that what was seen under it was seen under it. */
    synchronized void heal(String name) {
        Exposure exposure = Optional.ofNullable(open.remove(name))
                .orElseThrow(() -> new IllegalStateException("\"" + name + "\" is not open."));
        Injection injection = exposure.injection();
        Evidence evidence = injection.heal();
        lastHealed = OptionalLong.of(injection.healedNanos());
        injection.evidence(); // judged here
        if (evidence.spoiled().isPresent()) {
            throw Judged.inconclusive(
                    "the fault \"" + name + "\" did not hold as it should have: "
                            + evidence.spoiled().get() + ".",
                    "Run it again; if it happens again, look for what stops the target or changes its rules.");
        }
        if (evidence.total() == 0) {
            throw Judged.inconclusive(
                    injection.fault() + " never bit: " + evidence + ".",
                    "Does what is judged meet the fault at all? Let it do work while the fault is open, and look at who plays which role.");
        }
    }

    /** Heals all, newest first. */
    void healAll() {
        for (String name = newest(); !name.isEmpty(); name = newest()) {
            heal(name);
        }
    }

    /** Takes them for judged, because there is a verdict already. */
    synchronized void forget() {
        open.values().forEach(exposure -> {
            exposure.injection().heal();
            exposure.injection().evidence();
        });
        open.clear();
    }

    private synchronized String newest() {
        return open.keySet().stream().reduce("", (older, newer) -> newer);
    }

    synchronized boolean isEmpty() {
        return open.isEmpty();
    }

    /** A client that ends by what happens to it does not bear it; of anybody else's end nobody knows what it means. */
    synchronized void requireClientAlive() {
        if (system.clientInThisJvm().isPresent()) {
            return;
        }
        for (Exposure exposure : open.values()) {
            Injection injection = exposure.injection();
            Evidence evidence = injection.evidenceSoFar();
            boolean isClients = injection.fault().targets().equals(List.of(system.target(client)));
            if (isClients
                    && evidence.spoiled().filter(Evidence.TARGET_DIED::equals).isPresent()
                    && evidence.total() > 0) {
                throw Judged.broken("\"" + client + "\" ended under " + injection.fault() + ".");
            }
        }
    }

    /** Whether one of them has harmed somebody by now. */
    synchronized boolean bit() {
        return open.values().stream()
                .anyMatch(exposure -> exposure.injection().evidenceSoFar().total() > 0);
    }

    /** When the last that was injected was in force, if there was one. */
    synchronized OptionalLong lastInForce() {
        return lastInForce;
    }

    /** When the last was healed, if one was. */
    synchronized OptionalLong lastHealed() {
        return lastHealed;
    }

    /** What one of the open faults decides on an expectation; inconclusive if none can. */
    synchronized Verdict judge(String what, Optional<Detection> came, Duration bound, long sinceNanos) {
        requireClientAlive();
        List<Verdict> verdicts = open.values().stream()
                .map(exposure -> exposure.judge(what, came, bound, sinceNanos))
                .toList();
        return verdicts.stream()
                .filter(verdict -> verdict.outcome() != Outcome.INCONCLUSIVE)
                .findFirst()
                .or(() -> verdicts.stream().reduce((older, newer) -> newer))
                .orElseThrow(() -> Judged.inconclusive(
                        "the fault was healed while \"" + what + "\" was waited for.",
                        "Heal it in the same branch, after what is expected under it."));
    }
}
