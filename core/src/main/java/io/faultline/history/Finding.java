package io.faultline.history;

import io.faultline.verify.Outcome;
import java.util.List;

/**
 * What a checker has found.
 *
 * @param advice what to do about it; can be empty
 * @param operations that show it: as few as there can be
 */
record Finding(Outcome outcome, String reason, String advice, List<Operation> operations) {

    Finding {
        operations = List.copyOf(operations);
    }

    static Finding held(String reason) {
        return new Finding(Outcome.HELD, reason, "", List.of());
    }

    static Finding broken(String reason, List<Operation> operations, String advice) {
        return new Finding(Outcome.BROKEN, reason, advice, operations);
    }

    static Finding inconclusive(String reason, String advice) {
        return new Finding(Outcome.INCONCLUSIVE, reason, advice, List.of());
    }
}
