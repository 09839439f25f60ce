package io.faultline.scenario.play;

import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.Detection;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.model.NamedProbe;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.model.Step.Look;
import io.faultline.scenario.probe.Observation;
import io.faultline.scenario.probe.Probe;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a system by a scenario's probes, and records the first look of a row, each that saw something else than the one
 * before, and the last: what nobody looks at any more is not known any more. Thread-safe.
 */
final class Looks {

    /** From the beginning of a look to that of the next, unless it takes longer: how exact a detection is. */
    static final Duration PERIOD = Duration.ofMillis(20);

    private final Scenario scenario;
    private final RunningSystem system;
    private final Journal journal;
    private final Map<String, Probe> armed = new ConcurrentHashMap<>();
    private final Map<String, Boolean> last = new ConcurrentHashMap<>();

    Looks(Scenario scenario, RunningSystem system, Journal journal) {
        this.scenario = scenario;
        this.system = system;
        this.journal = journal;
    }

    /** From now on only what happens after this counts, for probes that look back. */
    void arm(Look look) throws InterruptedException {
        NamedProbe probe = scenario.probe(look.probe());
        armed.put(probe.name(), probe.probe().armed(system));
    }

    Observation once(String name) throws InterruptedException {
        Observation seen = look(name);
        goesAway(name, seen);
        return seen;
    }

    private Observation look(String name) throws InterruptedException {
        NamedProbe probe = scenario.probe(name);
        return armed.getOrDefault(name, probe.probe()).look(system, probe.within());
    }

    private void goesOn(String name, Observation seen) {
        Boolean before = last.put(name, seen.ok());
        if (before == null || before != seen.ok()) {
            record(name, seen, Map.of());
        }
    }

    private void goesAway(String name, Observation seen) {
        last.remove(name);
        record(name, seen, Map.of("last", "true"));
    }

    private void record(String name, Observation seen, Map<String, String> more) {
        Map<String, String> facts = new LinkedHashMap<>(Map.of(
                "probe", name,
                "ok", Boolean.toString(seen.ok()),
                "role", scenario.probe(name).role(),
                "detail", seen.detail(),
                "took_ns", Long.toString(seen.took().toNanos())));
        facts.putAll(more);
        journal.record(Kind.PROBE, name + (seen.ok() ? " passes: " : " fails: ") + seen.detail(), facts);
    }

    /** What was seen last, and when it was first as was looked for. */
    record Seen(Optional<Detection> came, Observation last) {}

    /** Looks until it is as was looked for, or the limit has passed. */
    Seen until(Look look, long limitNanos) throws InterruptedException {
        long before = System.nanoTime();
        while (true) {
            long began = System.nanoTime();
            Observation seen = look(look.probe());
            if (seen.ok() == look.passes()) {
                goesAway(look.probe(), seen);
                return new Seen(Optional.of(new Detection(before, System.nanoTime(), Optional.empty())), seen);
            }
            before = began;
            if (System.nanoTime() - limitNanos >= 0) {
                goesAway(look.probe(), seen);
                return new Seen(Optional.empty(), seen);
            }
            goesOn(look.probe(), seen);
            pause(began);
        }
    }

    /** Looks for as long, and longer if one look takes longer; returns the first one that is not as it should be. */
    Optional<Observation> during(Look look, long limitNanos) throws InterruptedException {
        Observation seen;
        do {
            long began = System.nanoTime();
            seen = look(look.probe());
            if (seen.ok() != look.passes()) {
                goesAway(look.probe(), seen);
                return Optional.of(seen);
            }
            goesOn(look.probe(), seen);
            pause(began);
        } while (System.nanoTime() - limitNanos < 0);
        goesAway(look.probe(), seen);
        return Optional.empty();
    }

    private static void pause(long began) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(PERIOD.toNanos() - (System.nanoTime() - began));
    }
}
