package io.faultline.history;

import io.faultline.journal.Event;
import io.faultline.journal.Journal;
import io.faultline.verify.Cause;
import io.faultline.verify.Outcome;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges all that was recorded for one key. Nothing holds while a fault is in force, with no operation, or with none that the
 * fault could have had to do with. For one thread.
 */
public final class HistoryCheck {

    private static final Duration SETTLED = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int SHOWN = 5;

    private final History history;
    private final Journal journal;
    private final String key;
    private Duration settled = SETTLED;
    private boolean needsFault = true;
    private Optional<Truth> truth = Optional.empty();
    private String whyNoTruth = "";
    private boolean judged;

    HistoryCheck(History history, Journal journal, String key) {
        this.history = history;
        this.journal = journal;
        this.key = key;
    }

    /**
     * For how long the truth has to stay the same, if operations were not acknowledged, or were under way under a fault: they, or
     * attempts of the client's before, may still be done. By default a second, which is enough after a pause; what was sent into
     * a partition is sent again by TCP as long after healing as it lasted, if its connection is still there. To be said before
     * {@link #against}.
     */
    public HistoryCheck settling(Duration settled) {
        this.settled = settled;
        return this;
    }

    /** Judges a history in which no fault was injected by this Faultline, or none that any operation met. */
    public HistoryCheck withoutFault() {
        needsFault = false;
        return this;
    }

    /**
     * Reads what is there on the server, by a way that does not lead through the client: a list of elements, a value, or a count.
     * While it can still change it is read again until it stays the same, for at most 30 s ({@link #settling}). If it cannot be read, claims that
     * need it are INCONCLUSIVE.
     */
    public HistoryCheck against(Call<?, ?> reading) {
        long limit = System.nanoTime() + LONGEST.toNanos();
        try {
            Truth now = read(reading);
            boolean isSettled = !canChange();
            while (!isSettled && System.nanoTime() - limit < 0) {
                TimeUnit.NANOSECONDS.sleep(settled.toNanos());
                Truth before = now;
                now = read(reading);
                isSettled = now.values().equals(before.values());
            }
            if (isSettled) {
                truth = Optional.of(now);
            } else {
                whyNoTruth = "it did not stay the same for " + settled.toMillis() + " ms within " + LONGEST.toSeconds()
                        + " s";
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            whyNoTruth = "the thread was interrupted meanwhile";
        } catch (Exception e) {
            whyNoTruth = e.toString();
        }
        return this;
    }

    private Truth read(Call<?, ?> reading) throws Exception {
        Duration from = journal.at(System.nanoTime());
        Object answer = reading.call();
        return new Truth(Texts.all(answer), !(answer instanceof Set<?>), from, journal.at(System.nanoTime()));
    }

    /** Also by what was acknowledged under a fault: a client may have sent it twice, and the first is still on its way. */
    private boolean canChange() {
        FaultWindows faults = FaultWindows.of(journal.events());
        return history.recorded(key, Optional.empty()).changes().stream()
                .anyMatch(change -> !change.is(Completion.OK) || faults.overlaps(change));
    }

    /**
     * Judges these claims; all are judged before one is thrown.
     *
     * @throws io.faultline.verify.BrokenError if one of them is BROKEN, with the operations that show it
     * @throws io.faultline.verify.InconclusiveError if none is BROKEN, but one INCONCLUSIVE
     */
    public void holds(Claim first, Claim... more) {
        List<Verdict> verdicts = Stream.concat(Stream.of(first), Stream.of(more))
                .map(this::verdict)
                .toList();
        Verdict worst = worst(verdicts);
        worst.error(journal).ifPresent(error -> {
            throw journal.errors().raise(error);
        });
    }

    private static Verdict worst(List<Verdict> verdicts) {
        return Stream.of(Outcome.BROKEN, Outcome.INCONCLUSIVE)
                .flatMap(outcome -> verdicts.stream().filter(verdict -> verdict.outcome() == outcome))
                .findFirst()
                .orElse(verdicts.get(0));
    }

    /** Judges one claim, and puts the verdict into the journal. */
    public Verdict verdict(Claim claim) {
        judged = true;
        history.recordRunning(key);
        RecordedKey recorded = history.recorded(key, truth);
        FaultWindows faults = FaultWindows.of(journal.events());
        Verdict verdict = verdict(judge(claim, recorded, faults), recorded, faults);
        journal.record(
                Event.Kind.VERDICT,
                verdict.toString(),
                Map.of("outcome", verdict.outcome().name(), "claim", claim.label(), "key", key));
        return verdict;
    }

    String key() {
        return key;
    }

    boolean hasJudged() {
        return judged;
    }

    private Finding judge(Claim claim, RecordedKey recorded, FaultWindows faults) {
        Optional<Finding> cannot = HistoryLimits.of(claim, recorded, faults, whyNoTruth);
        if (cannot.isPresent()) {
            return cannot.get();
        }
        Finding found = switch (claim) {
            case NOTHING_LOST -> Losses.check(recorded);
            case NOTHING_TWICE -> Repeats.check(recorded);
            case NO_FAILED_WRITE_DONE -> FailedWrites.check(recorded);
            case NO_WRONG_ANSWER -> WrongAnswers.check(recorded);
            case MONOTONIC_READS -> MonotonicReads.check(recorded);
            case LINEARIZABLE -> Linearizability.check(recorded);
        };
        return found.outcome() == Outcome.HELD && needsFault
                ? HistoryLimits.withoutFault(claim, recorded, faults).orElse(found)
                : found;
    }

    /** The one place where what was found becomes a verdict. */
    private static Verdict verdict(Finding found, RecordedKey recorded, FaultWindows faults) {
        List<Operation> underFault =
                recorded.operations().stream().filter(faults::overlaps).toList();
        if (found.outcome() == Outcome.HELD) {
            String operations = "; " + recorded.counts(recorded.operations()) + ", of which under a fault "
                    + recorded.counts(underFault) + ".";
            return new Verdict(Cause.AS_EXPECTED, found.reason() + operations);
        }
        List<Operation> shown =
                found.outcome() == Outcome.BROKEN && found.operations().isEmpty()
                        ? underFault.stream()
                                .filter(operation -> operation.kind().changes())
                                .toList()
                        : found.operations();
        String lead = found.operations().isEmpty() ? " Under the fault were " : " It is ";
        String operations = shown.isEmpty()
                ? ""
                : lead
                        + shown.stream()
                                .limit(SHOWN)
                                .map(operation -> operation.describe(faults.zero()))
                                .collect(Collectors.joining("; "))
                        + (shown.size() > SHOWN ? "; and " + (shown.size() - SHOWN) + " more" : "") + ".";
        return new Verdict(
                found.outcome() == Outcome.BROKEN ? Cause.HISTORY_VIOLATED : Cause.HISTORY_UNDECIDED,
                found.reason() + operations,
                found.advice().isEmpty() ? Optional.empty() : Optional.of(found.advice()));
    }
}
