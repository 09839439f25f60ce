package io.faultline.scenario.yaml;

import io.faultline.history.Claim;
import io.faultline.scenario.model.NamedProbe;
import io.faultline.scenario.model.Step;
import io.faultline.scenario.probe.Exchange;
import io.faultline.scenario.probe.SqlProbe;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the steps that record calls and check them: {@code record} and {@code check}. For one thread. */
final class HistoryReader {

    /** What a file can claim: of elements, as a call adds one that no other adds. */
    static final List<Claim> CLAIMS = List.of(Claim.NOTHING_LOST, Claim.NOTHING_TWICE, Claim.NO_FAILED_WRITE_DONE);

    private static final Duration EVERY = Duration.ofMillis(100);
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final int MOST_PROCESSES = 16;
    private static final int HIGHEST_CODE = 599;

    private final ProbeReader probes;
    private final Map<String, Value> unchecked = new LinkedHashMap<>();
    private final Map<String, Value> recorded = new LinkedHashMap<>();

    HistoryReader(ProbeReader probes) {
        this.probes = probes;
    }

    Optional<Step> record(int line, Fields fields) {
        Optional<Value> name = fields.required("record");
        Optional<NamedProbe> call = fields.required("call").flatMap(value -> call(line, value));
        Duration every = fields.optional("every").flatMap(Value::duration).orElse(EVERY);
        int processes = fields.optional("processes")
                .map(value -> value.whole(1, MOST_PROCESSES).orElse(1))
                .orElse(1);
        Set<Integer> failed = fields.optional("failed")
                .map(value -> value.atLeastOne("code").elements().stream()
                        .flatMap(each -> each.whole(1, HIGHEST_CODE).stream().boxed())
                        .collect(Collectors.toSet()))
                .orElse(Set.of());
        return name.flatMap(value -> value.text().flatMap(text -> {
            if (recorded.put(text, value) != null) {
                value.problem("\"" + text + "\" is recorded already. Give this one another name.");
            }
            unchecked.put(text, value);
            return call.map(probe -> new Step.RecordCalls(line, text, probe, every, processes, failed));
        }));
    }

    private Optional<NamedProbe> call(int line, Value value) {
        Optional<NamedProbe> call = exchange("call at line " + line, value, true);
        call.filter(probe -> probe.probe() instanceof Exchange exchange
                        && exchange.numbered("1").equals(exchange))
                .ifPresent(probe -> value.problem(
                        "each call needs a number of its own, by which it is found again: write " + Exchange.NUMBER
                                + " where that belongs, as in \"path: /orders?id=" + Exchange.NUMBER + "\"."));
        return call;
    }

    Optional<Step> check(int line, Fields fields) {
        Optional<Value> name = fields.required("check");
        Optional<NamedProbe> truth =
                fields.required("truth").flatMap(value -> exchange("truth at line " + line, value, false));
        List<String> words = CLAIMS.stream().map(Claim::label).toList();
        List<Claim> claims = fields.optional("claims")
                .map(value -> value.atLeastOne("claim").elements().stream()
                        .flatMap(each -> each.word(words, "claim").stream())
                        .map(word -> CLAIMS.get(words.indexOf(word)))
                        .toList())
                .orElse(List.of(Claim.NOTHING_LOST, Claim.NOTHING_TWICE));
        Duration within = fields.optional("within").flatMap(Value::duration).orElse(WITHIN);
        return name.flatMap(value -> value.text().flatMap(text -> {
            unchecked.remove(text);
            if (!recorded.containsKey(text)) {
                value.problem("nothing is recorded as \"" + text + "\" before (recorded: " + recorded.keySet() + ")."
                        + Suggestion.of(text, recorded.keySet()));
            }
            return truth.map(probe -> new Step.Check(line, text, probe, claims, within));
        }));
    }

    /** What is recorded for nothing is a mistake. */
    void end() {
        unchecked.forEach((name, value) -> value.problem("\"" + name
                + "\" is recorded and never checked: add a step \"check: " + name + "\" after all is healed."));
    }

    private Optional<NamedProbe> exchange(String name, Value value, boolean isCall) {
        return probes.read(name, value).filter(probe -> {
            boolean isExchange = probe.probe() instanceof Exchange && !(isCall && probe.probe() instanceof SqlProbe);
            if (!isExchange) {
                value.problem(
                        isCall
                                ? "a call is made by http or command: others ask nothing of a client."
                                : "the truth is read by http, command or sql: others do not show what is there.");
            }
            return isExchange;
        });
    }
}
