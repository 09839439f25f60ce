package io.faultline.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** What the tests of a test case failed with, when JUnit ran it. */
final class TestCaseFailures {

    private TestCaseFailures() {}

    /** What each test or container of a test case failed with, by its display name; none for those that passed. */
    static Map<String, List<Throwable>> run(Class<?> testCase) {
        Events events = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testCase))
                .configurationParameter("faultline.strict", "true")
                .execute()
                .allEvents();
        return events.finished()
                .map(event -> Map.entry(
                        event.getTestDescriptor().getDisplayName(),
                        event.getRequiredPayload(TestExecutionResult.class).getThrowable().stream()
                                .toList()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** It and all that is suppressed in it. */
    static List<Throwable> all(List<Throwable> failures) {
        return failures.stream()
                .flatMap(failure -> Stream.concat(Stream.of(failure), Stream.of(failure.getSuppressed())))
                .toList();
    }

    static boolean isLost(Throwable failure) {
        return String.valueOf(failure.getMessage()).contains("was lost");
    }
}
