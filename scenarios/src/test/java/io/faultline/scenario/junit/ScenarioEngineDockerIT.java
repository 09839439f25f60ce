package io.faultline.scenario.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathResource;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.faultline.verify.BrokenError;
import io.faultline.world.InOneFolder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class ScenarioEngineDockerIT {

    private static final String PAUSED = "io/faultline/scenario/catalog/paused-dependency.scenario.yaml";

    @TempDir
    private Path reports;

    @Test
    void aResilientClientPassesAndItsJournalIsAttached() {
        Events tests = play("resilient");

        tests.assertStatistics(all -> all.started(1).succeeded(1).fileEntryPublished(1));
    }

    @Test
    void aNaiveClientFailsWithTheReasonTheFixAndTheTimeline() {
        Events tests = play("naive");

        tests.assertThatEvents()
                .haveExactly(
                        1,
                        event(finishedWithFailure(
                                instanceOf(BrokenError.class),
                                message(text -> text.startsWith("BROKEN: ")
                                        && text.contains("Give each request to a dependency a deadline of its own")
                                        && text.contains("paused")))));
        assertThat(tests.reportingEntryPublished().count()).isEqualTo(1);
    }

    private Events play(String variant) {
        return EngineTestKit.engine(ScenarioEngine.ID)
                .selectors(selectClasspathResource(PAUSED))
                .outputDirectoryCreator(new InOneFolder(reports))
                .configurationParameter("faultline.strict", "true")
                .configurationParameter("faultline.scenario.variant", variant)
                .execute()
                .testEvents();
    }
}
