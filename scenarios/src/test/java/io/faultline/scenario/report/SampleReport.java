package io.faultline.scenario.report;

import static io.faultline.journal.Event.Kind.EVIDENCE;
import static io.faultline.journal.Event.Kind.HEAL;
import static io.faultline.journal.Event.Kind.HEALED;
import static io.faultline.journal.Event.Kind.INJECT;
import static io.faultline.journal.Event.Kind.IN_FORCE;
import static io.faultline.journal.Event.Kind.LIFTED;
import static io.faultline.journal.Event.Kind.NOTE;
import static io.faultline.journal.Event.Kind.PREDICTED;
import static io.faultline.journal.Event.Kind.SIGNAL;
import static io.faultline.journal.Event.Kind.STEADY;

import io.faultline.scenario.Result;
import io.faultline.scenario.Variant;
import io.faultline.verify.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A run as it could have been: each verdict, several faults, pulses, a shutdown, and what makes drawing hard. */
final class SampleReport {

    static final String PARTITION = "Partition[\"redis\"]";

    private SampleReport() {}

    static Report report() {
        return report(List.of(
                held(),
                broken(),
                inconclusive(),
                pulses(),
                shutdown(),
                restart(),
                EdgeCases.crowded(),
                EdgeCases.hostile(),
                EdgeCases.instant(),
                EdgeCases.empty(),
                EdgeCases.recorded()));
    }

    static Report report(List<Result> results) {
        return new Report(
                "0.1.0",
                "0123abcd",
                "Docker 20.10.24 (Debian GNU/Linux 12)",
                Instant.parse("2026-11-23T16:45:12.345Z"),
                false,
                OptionalLong.of(4711),
                results);
    }

    /** As many as the catalog has, each with both clients. */
    static Report large() {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < 62; i++) {
            results.add(i % 5 == 1 ? EdgeCases.crowded() : i % 5 == 2 ? pulses() : i % 2 == 0 ? held() : broken());
        }
        return report(results);
    }

    /** Compared with a run in which some things were otherwise. */
    static Comparison comparison(Report report) {
        List<Baseline.Earlier> earlier = new ArrayList<>();
        earlier.add(then(report, 0, Outcome.HELD, 1850));
        earlier.add(then(report, 1, Outcome.HELD, 3050));
        earlier.add(then(report, 3, Outcome.HELD, 1100));
        earlier.add(new Baseline.Earlier(
                "dns-outage", "naive client", Outcome.BROKEN, Optional.empty(), Optional.empty(), Optional.empty()));
        return Comparison.of(
                new Baseline("89abcdef", Instant.parse("2026-11-22T09:00:00Z"), earlier), report.results());
    }

    private static Baseline.Earlier then(Report report, int number, Outcome outcome, long detectMillis) {
        Result now = report.results().get(number);
        return new Baseline.Earlier(
                now.scenario(),
                now.settings().toString(),
                outcome,
                Optional.of(Duration.ofMillis(detectMillis)),
                now.timeToRecover(),
                Optional.empty());
    }

    static Result held() {
        return partitioned(Variant.RESILIENT)
                .log(3058, "client", "lost: Connection timed out (keepalive)")
                .log(3061, "client", "connecting to redis:6379")
                .probe(3060, "health", "client", false, "503 after 2 ms: lost: Connection timed out")
                .detected(3061, "the client notices: TIMEOUT")
                .at(
                        3066,
                        EVIDENCE,
                        "212 packets dropped (redis' network namespace 96, docker-proxy 116)",
                        "injection",
                        "1")
                .of(3070, HEAL, 1, PARTITION)
                .of(3072, HEALED, 1, PARTITION)
                .log(4096, "client", "connected")
                .probe(4100, "health", "client", true, "200 after 1 ms")
                .probe(4123, "work", "client", true, "200 after 9 ms")
                .recovered(3072, 4123, "it works again")
                .verdict(4124, Outcome.HELD, "\"it works again\" came true 1.05 s after healing, within 10.00 s.");
    }

    static Result broken() {
        return partitioned(Variant.NAIVE)
                .at(
                        5002,
                        EVIDENCE,
                        "14 packets dropped (redis' network namespace 6, docker-proxy 8)",
                        "injection",
                        "1",
                        "fault",
                        PARTITION)
                .of(5003, HEAL, 1, PARTITION)
                .of(5006, HEALED, 1, PARTITION)
                .verdict(
                        5001,
                        Outcome.BROKEN,
                        "\"the client notices\" did not come true within 5.00 s. Before the fault, the connection to "
                                + "127.0.0.1:32962: the first keepalive probe is due in 119 min (about 2 hours).",
                        "Set keepalive on the client's socket (SO_KEEPALIVE with TCP_KEEPIDLE, TCP_KEEPINTVL and "
                                + "TCP_KEEPCNT), or let it send a heartbeat and bound its answer.");
    }

    private static Told partitioned(Variant variant) {
        Told told = new Told(
                        "silent-partition",
                        variant,
                        "jedis-worker",
                        "A worker waits for jobs while the network to its Redis goes silent",
                        "A switch, a firewall or a dead host sends no RST. A client that waits without keepalive or a deadline "
                                + "waits for hours, with every health check green and no work done.")
                .bounds(5000, 10_000, 0)
                .help(
                        "Within seconds the client gives the connection up, says so in its health check, and goes on with a new "
                                + "one as soon as there is one to be had.",
                        "Set keepalive on the socket, or send a heartbeat and bound its answer:\n"
                                + "SO_KEEPALIVE, TCP_KEEPIDLE 1, TCP_KEEPINTVL 1, TCP_KEEPCNT 2",
                        "network",
                        "redis")
                .at(-2400, NOTE, "starting the reference system (Redis)")
                .log(-2310, "redis", "Ready to accept connections")
                .log(-1900, "client", "ready")
                .at(-700, STEADY, "the client does its work (0.041 s)")
                .at(-310, STEADY, "the client waits for the next job (0.301 s)")
                .probe(-620, "health", "client", true, "200 after 1 ms")
                .probe(-610, "work", "client", true, "200 after 8 ms")
                .of(-45, INJECT, 1, PARTITION)
                .of(0, IN_FORCE, 1, PARTITION)
                .at(
                        1,
                        PREDICTED,
                        "before the fault, the connection to 127.0.0.1:32962: the first keepalive probe is due in 1 s")
                .probe(2050, "work", "client", false, "no answer within 2.0 s");
        for (int i = 0; i < 9; i++) {
            told.log(-600 + i * 70, "client", "job " + i + " done");
            told.log(-590 + i * 70, "redis", "BLPOP jobs");
        }
        return told;
    }

    static Result inconclusive() {
        return new Told(
                        "silent-partition",
                        Variant.RESILIENT,
                        "java-service",
                        "A worker waits for jobs while the network to its Redis goes silent",
                        "A switch, a firewall or a dead host sends no RST.")
                .bounds(5000, 10_000, 0)
                .of(-30, INJECT, 1, PARTITION)
                .of(0, IN_FORCE, 1, PARTITION)
                .at(5000, EVIDENCE, "0 packets dropped", "injection", "1", "fault", PARTITION)
                .of(5001, HEAL, 1, PARTITION)
                .of(5004, HEALED, 1, PARTITION)
                .verdict(
                        5000,
                        Outcome.INCONCLUSIVE,
                        "Partition[\"redis\"] had no effect: 0 packets matched in 5.0 s. The client's connections go to "
                                + "127.0.0.1:32768, which docker-proxy serves, and docker-proxy answers keepalives itself.",
                        "Leave containerLegOnly() out, so that docker-proxy's leg is cut too.");
    }

    static Result pulses() {
        String latency = "Latency[\"redis\", 400 ms ± 50 ms]";
        String partition = "Partition[\"redis\"] pulsed 400 ms on, 600 ms off";
        Told told = new Told(
                        "flapping-link",
                        Variant.RESILIENT,
                        "python-service",
                        "The network to the database comes and goes while it is slow",
                        "A link that flaps defeats clients which retry at once and for ever.")
                .bounds(2500, 3000, 0)
                .of(860, INJECT, 1, latency)
                .of(900, IN_FORCE, 1, latency)
                .of(-100, INJECT, 2, partition)
                .probe(-650, "health", "client", true, "200 after 1 ms")
                .probe(-650, "a probe whose name is far too long for its place beside the lane", "client", true, "ok");
        for (int i = 0; i < 6; i++) {
            told.of(i * 1000, IN_FORCE, 2, partition).of(i * 1000 + 400, LIFTED, 2, partition);
            told.probe(i * 1000 + 130, "health", "client", false, "503 after 3 ms: no answer");
            told.probe(i * 1000 + 730, "health", "client", true, "200 after 2 ms");
        }
        return told.of(3500, IN_FORCE, 1, "Latency[\"redis\", 800 ms]")
                .detected(131, "the client notices: TIMEOUT")
                .of(6000, HEAL, 2, partition)
                .of(6001, HEALED, 2, partition)
                .at(6001, EVIDENCE, "1041 packets dropped", "injection", "2", "fault", partition)
                .of(6010, HEALED, 1, "Latency[\"redis\", 800 ms]")
                .at(6010, EVIDENCE, "2210 packets delayed", "injection", "1", "fault", latency)
                .recovered(6010, 6340, "it works again")
                .verdict(6341, Outcome.HELD, "\"it works again\" came true 0.33 s after healing, within 3.00 s.");
    }

    static Result shutdown() {
        return new Told(
                        "graceful-shutdown",
                        Variant.NAIVE,
                        "java-service",
                        "A service is told to stop while it works",
                        "Every deployment stops every instance.")
                .bounds(0, 0, 3000)
                .log(-80, "java-service", "unit 7 begins (1500 ms)")
                .at(-12, INJECT, "send SIGTERM to \"java-service\"", "target", "\"java-service\"")
                .at(0, SIGNAL, "SIGTERM is sent to \"java-service\"")
                .log(4, "java-service", "SIGTERM")
                .log(8, "java-service", "bye")
                .ended(310, "\"java-service\" ended with exit code 143, 1 unit of work under way was lost")
                .verdict(
                        320,
                        Outcome.BROKEN,
                        "1 of 1 units of work that were under way at SIGTERM was lost: unit 7.",
                        "Stop accepting, finish what is under way, then end.");
    }

    static Result restart() {
        String kill = "Kill[\"dependency\"] lasting 3 s";
        return new Told(
                        "dependency-restart",
                        Variant.RESILIENT,
                        "python-worker",
                        "The dependency crashes, and is started again three seconds later",
                        "Hosts reboot, and operators restart what looks stuck.")
                .bounds(2000, 5000, 0)
                .probe(-500, "work", "client", true, "200 after 4 ms")
                .of(-20, INJECT, 1, kill)
                .of(0, IN_FORCE, 1, kill)
                .probe(12, "work", "client", false, "503 after 2 ms: connection refused")
                .detected(12, "the client tells")
                .log(2, "client", "lost: connection reset by peer")
                .log(10, "dependency", "Killed")
                .of(3002, HEALED, 1, kill)
                .log(3400, "dependency", "Ready to accept connections")
                .log(3470, "client", "connected")
                .recovered(3002, 3488, "work is done again")
                .probe(3488, "work", "client", true, "200 after 5 ms")
                .verdict(3490, Outcome.HELD, "\"work is done again\" came true 0.49 s after healing, within 5.00 s.");
    }

    /** Writes it for people to look at. */
    public static void main(String[] folder) throws IOException {
        Path out = Files.createDirectories(Path.of(folder[0]));
        Report report = report();
        ReportFolder.open(out).write(report, comparison(report));
        Files.writeString(out.resolve("large.html"), Page.of(large(), Comparison.none()));
    }
}
