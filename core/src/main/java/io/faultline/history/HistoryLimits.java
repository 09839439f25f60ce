package io.faultline.history;

import java.util.List;
import java.util.Optional;

/** Why nothing can be said of a history, however it looks. */
final class HistoryLimits {

    private HistoryLimits() {}

    /** @param whyNoTruth why it could not be read; empty if nobody has tried */
    static Optional<Finding> of(Claim claim, RecordedKey key, FaultWindows faults, String whyNoTruth) {
        if (key.truncated()) {
            return found(
                    "there were more operations than the " + History.MOST_OPERATIONS + " that are kept.",
                    "Let the client pause between its calls.");
        }
        if (key.operations().isEmpty()) {
            return found(
                    "no operation was recorded for \"" + key.key() + "\".",
                    "Put the client's calls into history.write(…), read(…), add(…) or increment(…) with this key.");
        }
        if (key.type() == RecordedKey.Type.MIXED) {
            return found(
                    "\"" + key.key() + "\" is used in several ways (written, added to, counted).",
                    "Use another key for each.");
        }
        if (!faults.open().isEmpty()) {
            return found(
                    "a fault is in force still: " + String.join(", ", faults.open()) + ".",
                    "Heal it before the history is checked.");
        }
        if (claim.needsTruth() && key.truth().isEmpty()) {
            return whyNoTruth.isEmpty()
                    ? found(
                            "it was not said what is there on the server.",
                            "Read it: history.check(\"" + key.key() + "\").against(() -> …).")
                    : found(
                            "what is there on the server could not be read: " + whyNoTruth + ".",
                            "Read it by a way that works after healing, and when the system has come to rest.");
        }
        return Optional.empty();
    }

    /** What holds has nothing to do with the fault if no operation that could show it had. */
    static Optional<Finding> withoutFault(Claim claim, RecordedKey key, FaultWindows faults) {
        if (faults.isEmpty()) {
            return found(
                    "it holds, but no fault was injected before.",
                    "Check after a fault, or say that there is none: withoutFault().");
        }
        boolean isAboutWrites = claim.needsTruth();
        List<Operation> about = isAboutWrites ? key.changes() : key.answers();
        boolean isMet = about.stream().anyMatch(isAboutWrites ? faults::overlaps : faults::endsAfterBeginning);
        return isMet
                ? Optional.empty()
                : found(
                        isAboutWrites
                                ? "it holds, but nothing was written to \"" + key.key()
                                        + "\" while the fault was in force."
                                : "it holds, but nothing was answered about \"" + key.key()
                                        + "\" since the fault was in force.",
                        "Let the client work before, under and after the fault.");
    }

    private static Optional<Finding> found(String reason, String advice) {
        return Optional.of(Finding.inconclusive(reason, advice));
    }
}
