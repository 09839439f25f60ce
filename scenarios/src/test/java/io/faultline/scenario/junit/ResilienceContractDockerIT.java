package io.faultline.scenario.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.abortedWithReason;
import static org.junit.platform.testkit.engine.EventConditions.displayName;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.faultline.verify.BrokenError;
import io.faultline.world.InOneFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The contract, kept by a client that bounds everything, and broken by one that leaves its time-outs at none. */
class ResilienceContractDockerIT {

    @TempDir
    private Path reports;

    @Test
    void aClientThatBoundsEverythingKeepsIt() {
        Events tests = run(ResilientContractCase.class);

        assertThat(failures(tests)).isEmpty();
        tests.assertStatistics(all -> all.succeeded(ContractScenario.NAMES.size()));
    }

    @Test
    void aClientWithoutTimeOutsBreaksWhatIsAboutThem() {
        Events tests = run(Naive.class);

        for (String name : Naive.BROKEN) {
            tests.assertThatEvents()
                    .haveExactly(
                            1,
                            event(
                                    displayName(name),
                                    finishedWithFailure(
                                            instanceOf(BrokenError.class),
                                            message(text -> text.startsWith("BROKEN: ")))));
        }
        tests.assertThatEvents()
                .haveExactly(
                        ContractScenario.NAMES.size() - Naive.BROKEN.size(),
                        event(abortedWithReason(message("not about time-outs"))));
    }

    @Test
    void aNameToSkipThatIsNoneFailsEveryTest() {
        run(Misspelt.class)
                .assertThatEvents()
                .haveExactly(
                        ContractScenario.NAMES.size(),
                        event(finishedWithFailure(
                                message(text -> text.endsWith("Did you mean \"paused-dependency\"?")))));
    }

    private Events run(Class<?> contract) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(contract))
                .outputDirectoryCreator(new InOneFolder(reports))
                .configurationParameter("faultline.strict", "true")
                .execute()
                .testEvents();
    }

    private static List<String> failures(Events tests) {
        return tests.failed().stream()
                .map(each -> each.getTestDescriptor().getDisplayName() + ": " + each.getPayload())
                .toList();
    }

    static final class Naive extends ResilientContractCase {

        static final List<String> BROKEN =
                List.of("silent-partition-idle", "silent-partition-working", "paused-dependency", "slow-dependency");

        @Override
        RedisClient connect() {
            return RedisClient.naive(this::address);
        }

        @Override
        public Map<String, String> skipped() {
            return ContractScenario.NAMES.stream()
                    .filter(name -> !BROKEN.contains(name))
                    .collect(Collectors.toMap(Function.identity(), name -> "not about time-outs"));
        }
    }

    static final class Misspelt extends ResilientContractCase {

        @Override
        public Map<String, String> skipped() {
            return Map.of("pause-dependency", "a name that is none");
        }
    }
}
