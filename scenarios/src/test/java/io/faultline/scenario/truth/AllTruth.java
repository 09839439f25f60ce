package io.faultline.scenario.truth;

import io.faultline.truth.Case;
import io.faultline.truth.TruthCases;
import io.faultline.truth.TruthRuns;
import java.util.ArrayList;
import java.util.List;

/** All cases, in Java and in files. */
final class AllTruth {

    private AllTruth() {}

    /** Arguments as {@link TruthRuns#of} takes them. */
    public static void main(String... args) throws InterruptedException {
        List<Case> all = new ArrayList<>(TruthCases.all());
        all.addAll(ScenarioCases.all());
        System.exit(TruthRuns.of(all, args));
    }
}
