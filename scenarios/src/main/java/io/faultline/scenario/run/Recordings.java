package io.faultline.scenario.run;

import io.faultline.Faultline;
import io.faultline.history.HistoryCheck;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.model.Step;
import io.faultline.scenario.probe.Exchange;
import io.faultline.verify.Cause;
import io.faultline.verify.Outcome;
import io.faultline.verify.Verdict;
import io.faultline.verify.VerdictException;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The calls that a scenario records in the background, by the names of their histories. Thread-safe; closing ends the calls. */
final class Recordings implements AutoCloseable {

    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final long PERIOD_MILLIS = 100;

    private final Faultline faultline;
    private final RunningSystem system;
    private final AtomicInteger numbers = new AtomicInteger(firstNumber());
    private final Map<String, RecordedCalls> recordings = new LinkedHashMap<>();
    private int rounds; // what is recorded again in a repeat is another history

    Recordings(Faultline faultline, RunningSystem system) {
        this.faultline = faultline;
        this.system = system;
        faultline.history().failsWith(RecordedCalls.NothingDone.class);
    }

    // Ten digits at most, fit for an INT of SQL, and other ones than those of the scenario before on the same system.
    private static int firstNumber() {
        return (int) (System.currentTimeMillis() / 1000 % 20_000) * 100_000;
    }

    /** Begins calls, and waits for the first that is acknowledged. */
    void begin(Step.RecordCalls step) throws InterruptedException {
        RecordedCalls calls;
        synchronized (this) {
            rounds++;
            String key = step.name() + (recordings.containsKey(step.name()) ? " " + rounds : "");
            calls = new RecordedCalls(key, step, faultline.history(), system, numbers);
            Optional.ofNullable(recordings.put(step.name(), calls)).ifPresent(RecordedCalls::stop);
        }
        calls.start();
        if (!calls.awaitAcknowledged(FIRST)) {
            throw inconclusive(
                    Cause.NOT_STEADY,
                    "no call of \"" + step.name() + "\" was acknowledged within " + ScenarioRun.seconds(FIRST) + ": "
                            + calls.last() + ".",
                    "Record from a moment on at which the system is well, and check what the call sends.");
        }
    }

    private static VerdictException inconclusive(Cause cause, String reason, String advice) {
        return new VerdictException(new Verdict(cause, reason, advice));
    }

    /** Ends the calls and judges them; what held, in words. */
    String check(Step.Check step) throws InterruptedException {
        RecordedCalls calls;
        synchronized (this) {
            calls = Optional.ofNullable(recordings.get(step.name()))
                    .orElseThrow(() -> new IllegalStateException("\"" + step.name() + "\" is not recorded."));
        }
        calls.stop();
        calls.awaitEnd();
        calls.defect().ifPresent(defect -> {
            throw inconclusive(
                    Cause.NOT_OBSERVABLE,
                    "the calls of \"" + step.name() + "\" could not be made: " + defect,
                    "Correct the call.");
        });
        HistoryCheck check = faultline.history().check(calls.key()).against(() -> elements(step, calls));
        List<Verdict> verdicts = step.claims().stream().map(check::verdict).toList();
        for (Outcome outcome : List.of(Outcome.BROKEN, Outcome.INCONCLUSIVE)) {
            verdicts.stream()
                    .filter(verdict -> verdict.outcome() == outcome)
                    .findFirst()
                    .ifPresent(verdict -> {
                        throw new VerdictException(verdict);
                    });
        }
        return verdicts.stream()
                .map(Verdict::reason)
                .map(reason -> reason.substring(0, reason.length() - 1))
                .collect(Collectors.joining("; "));
    }

    /** Those of our numbers that are in the truth, as often as they are. */
    private List<String> elements(Step.Check step, RecordedCalls calls) throws IOException, InterruptedException {
        Exchange.Reply truth = truth(step);
        if (truth.isCut()) {
            throw new IOException("it is longer than can be read");
        }
        return NUMBER.matcher(truth.text())
                .results()
                .map(MatchResult::group)
                .filter(calls::hasCalled)
                .toList();
    }

    private Exchange.Reply truth(Step.Check step) throws IOException, InterruptedException {
        long limit = System.nanoTime() + step.within().toNanos();
        while (true) {
            Exchange.Reply reply =
                    ((Exchange) step.truth().probe()).ask(system, step.truth().within());
            if (reply.seen().ok()) {
                return reply;
            }
            if (System.nanoTime() - limit > 0) {
                throw new IOException(reply.seen().detail());
            }
            TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
        }
    }

    /** Makes no more calls; waits for none. */
    @Override
    public synchronized void close() {
        recordings.values().forEach(RecordedCalls::stop);
    }
}
