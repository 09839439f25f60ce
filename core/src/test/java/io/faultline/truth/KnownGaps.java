package io.faultline.truth;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the engine is known to judge wrongly at times. Each is a promise to mend it: a case leaves this list, and none joins it. */
public final class KnownGaps {

    private static final Map<String, String> WHY = Map.of(
            "wrong expectation: what is recovered was never lost, though connections were reset",
            "where a connection was ended, all that is expected back is taken for lost");

    private KnownGaps() {}

    /** Marks a case that is one of them. */
    public static Case mark(Case each) {
        return Optional.ofNullable(WHY.get(each.toString())).map(each::knownGap).orElse(each);
    }

    /** The names of the cases. */
    static Set<String> names() {
        return WHY.keySet();
    }
}
