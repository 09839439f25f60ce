package io.faultline.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
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

        /** What has to be there before, and is not measured. */
        default void prepare() throws Exception {}

        void inject() throws Exception;

        void heal() throws Exception;

        /** What is left to do after it, and is not measured. */
        default void tidy() throws Exception {}
    }

    private final String name;
    private final Way way;
    private final List<Long> injectNanos = new ArrayList<>();
    private final List<Long> healNanos = new ArrayList<>();

    Contender(String name, Way way) {
        this.name = name;
        this.way = way;
    }

    String name() {
        return name;
    }

    /**
     * @param before rest, in which Docker tidies up after the one before
     * @param between rest while it is in force
     */
    void measure(boolean counts, Duration before, Duration between) throws Exception {
        way.prepare();
        long inject = nanos(before, way::inject);
        long heal = nanos(between, way::heal);
        way.tidy();
        if (counts) {
            injectNanos.add(inject);
            healNanos.add(heal);
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    private static long nanos(Duration rest, Step step) throws Exception {
        LockSupport.parkNanos(rest.toNanos());
        long began = System.nanoTime();
        step.run();
        return System.nanoTime() - began;
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

    double injectMillis(int percentile) {
        return millis(injectNanos, percentile);
    }

    double healMillis(int percentile) {
        return millis(healNanos, percentile);
    }

    private Map<String, Double> figures() {
        return Map.of(
                "inject_p50", injectMillis(50),
                "inject_p95", injectMillis(95),
                "heal_p50", healMillis(50),
                "heal_p95", healMillis(95));
    }

    /** The nearest-rank percentile. */
    static double millis(List<Long> nanos, int percentile) {
        List<Long> sorted = nanos.stream().sorted().toList();
        int rank = (int) Math.ceil(percentile / 100.0 * sorted.size());
        return sorted.get(Math.max(0, rank - 1)) / 1e6;
    }
}
