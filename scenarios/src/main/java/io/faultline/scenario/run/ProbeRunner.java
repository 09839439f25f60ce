package io.faultline.scenario.run;

import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.observe.Observation;
import io.faultline.observe.Observer;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.model.NamedProbe;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.model.Step.Look;
import io.faultline.scenario.probe.Probe;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at a system by a scenario's probes, and records the first look of a row, each that saw something else than the one
 * before, and the last: what nobody looks at any more is not known any more. Thread-safe.
 */
final class ProbeRunner {

    /** From the beginning of a look to that of the next, unless it takes longer: how exact a detection is. */
    static final Duration PERIOD = Duration.ofMillis(20);

    private final Scenario scenario;
    private final RunningSystem system;
    private final Journal journal;
    private final Map<String, Probe> armed = new ConcurrentHashMap<>();

    ProbeRunner(Scenario scenario, RunningSystem system, Journal journal) {
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
        Observer observer = observer(new Look(name, true));
        Observation seen = observer.observe();
        observer.left(seen);
        return seen;
    }

    /** Sees whether a probe says what it is to say. A row of looks of its own. */
    Observer observer(Look look) {
        NamedProbe probe = scenario.probe(look.probe());
        return new Row(probe, armed.getOrDefault(probe.name(), probe.probe()), look.passes());
    }

    private final class Row implements Observer {

        private final NamedProbe named;
        private final Probe probe;
        private final boolean passes;
        private Optional<Boolean> before = Optional.empty();

        Row(NamedProbe named, Probe probe, boolean passes) {
            this.named = named;
            this.probe = probe;
            this.passes = passes;
        }

        @Override
        public Observation observe() throws InterruptedException {
            Observation seen = probe.look(system, named.within());
            Observation meant = passes ? seen : seen.negated();
            // One that sees what is looked for is the last, and recorded as that.
            if (!meant.ok() && before.filter(ok -> ok == seen.ok()).isEmpty()) {
                record(seen, Map.of());
            }
            before = Optional.of(seen.ok());
            return meant;
        }

        @Override
        public void left(Observation last) {
            record(passes ? last : last.negated(), Map.of("last", "true"));
        }

        private void record(Observation seen, Map<String, String> more) {
            Map<String, String> facts = new LinkedHashMap<>(Map.of(
                    "probe", named.name(),
                    "ok", Boolean.toString(seen.ok()),
                    "role", named.role(),
                    "detail", seen.detail(),
                    "took_ns", Long.toString(seen.took().toNanos())));
            facts.putAll(more);
            journal.record(Kind.PROBE, named.name() + (seen.ok() ? " passes: " : " fails: ") + seen.detail(), facts);
        }
    }
}
