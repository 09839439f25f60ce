package io.faultline.truth;

import java.util.List;
import java.util.stream.Stream;

/** All experiments in Java of which it is known whether they are right. */
public final class TruthCases {

    private TruthCases() {}

    public static List<Case> all() {
        return Stream.of(
                        PacketCases.all(),
                        ConnectionCases.all(),
                        DatagramCases.all(),
                        StateCases.all(),
                        OwnCases.all(),
                        StreamCases.all(),
                        TimeCases.all(),
                        ExpectationCases.all(),
                        FailureCases.all(),
                        ShutdownCases.all())
                .flatMap(List::stream)
                .map(KnownGaps::mark)
                .toList();
    }
}
