package io.faultline.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** One way to inject and heal, with the times that it took. */
final class Contender {

    static final String HEADER = String.format(
            Locale.ROOT,
            "%-34s %10s %10s %7s %10s %10s %7s",
            "",
            "inject p50",
            "p95",
            "ratio",
            "heal p50",
            "p95",
            "ratio");

    /** What is measured; both return when it is done. */
    interface Way {
        void inject() throws Exception;

        void heal() throws Exception;
    }

    private final String name;
    private final Way way;
    private final List<Long> injectNanos = new ArrayList<>();
    private final List<Long> healNanos = new ArrayList<>();

    Contender(String name, Way way) {
        this.name = name;
        this.way = way;
    }

    void measure(boolean counts) throws Exception {
        long began = System.nanoTime();
        way.inject();
        long injected = System.nanoTime();
        way.heal();
        long healed = System.nanoTime();
        if (counts) {
            injectNanos.add(injected - began);
            healNanos.add(healed - injected);
        }
    }

    String row(Contender baseline) {
        return String.format(
                Locale.ROOT,
                "%-34s %10.1f %10.1f %7.2f %10.1f %10.1f %7.2f",
                name,
                millis(injectNanos, 50),
                millis(injectNanos, 95),
                millis(injectNanos, 50) / millis(baseline.injectNanos, 50),
                millis(healNanos, 50),
                millis(healNanos, 95),
                millis(healNanos, 50) / millis(baseline.healNanos, 50));
    }

    /** The medians in milliseconds, in all and for each of so many. */
    String share(int parts) {
        double inject = millis(injectNanos, 50);
        double heal = millis(healNanos, 50);
        return String.format(
                Locale.ROOT,
                "%-16s %9.1f ms %11.2f ms %9.1f ms %11.2f ms",
                name,
                inject,
                inject / parts,
                heal,
                heal / parts);
    }

    static String json(List<Contender> contenders, int rounds, String where) {
        Gson gson = new GsonBuilder().setPrettyPrinting().create();
        return gson.toJson(Map.of(
                "rounds", rounds,
                "where", where,
                "milliseconds", contenders.stream().collect(Collectors.toMap(each -> each.name, Contender::figures))));
    }

    private Map<String, Double> figures() {
        return Map.of(
                "inject_p50", millis(injectNanos, 50),
                "inject_p95", millis(injectNanos, 95),
                "heal_p50", millis(healNanos, 50),
                "heal_p95", millis(healNanos, 95));
    }

    /** The nearest-rank percentile. */
    static double millis(List<Long> nanos, int percentile) {
        List<Long> sorted = nanos.stream().sorted().toList();
        int rank = (int) Math.ceil(percentile / 100.0 * sorted.size());
        return sorted.get(Math.max(0, rank - 1)) / 1e6;
    }
}
