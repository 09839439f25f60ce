package io.faultline.bench;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.faultline.Faultline;
import io.faultline.junit.FaultlineTest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Measures what {@link FaultlineTest} adds to a test that injects nothing: classes of one empty test with it beside the same
 * without it, in turn, in one run of JUnit's launcher. So a test pays for all that its class costs. {@code dev/bench junit}
 * runs it.
 */
final class JunitBench {

    private static final String ROUNDS = "rounds";
    private static final int WARM_UP = 200;

    private JunitBench() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(RoundTestCase.class))
                .configurationParameter(ROUNDS, Integer.toString(WARM_UP + rounds))
                .configurationParameter("faultline.strict", "true") // without an engine nothing is to be measured
                .build();
        Times times = new Times();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, times, summary);
        if (summary.getSummary().getTestsSucceededCount() != 3L * (WARM_UP + rounds)) {
            summary.getSummary().printFailuresTo(new PrintWriter(System.err, true));
            throw new IllegalStateException("not all tests succeeded");
        }
        List<String> lines = times.lines(rounds);
        lines.forEach(System.out::println);
        StartBench.write(lines, Path.of(arguments[1]));
    }

    /** One of each, in turn. */
    @ParameterizedClass
    @ArgumentsSource(Rounds.class)
    static final class RoundTestCase {

        @Parameter
        private int round;

        @Nested
        final class Plain {

            @Test
            void isEmpty() {}
        }

        @Nested
        @FaultlineTest
        final class Extended {

            @Test
            void isEmpty() {}
        }

        @Nested
        @FaultlineTest
        final class Given {

            @Test
            void isEmpty(Faultline faultline) {}
        }
    }

    /** As many as the launcher was asked for. */
    static final class Rounds implements ArgumentsProvider {

        @Override
        public Stream<Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
            int rounds =
                    Integer.parseInt(context.getConfigurationParameter(ROUNDS).orElseThrow());
            return IntStream.range(0, rounds).mapToObj(Arguments::of);
        }
    }

    /** How long each class took, from the end of whatever was before it: its preparation is told to no listener. */
    private static final class Times implements TestExecutionListener {

        private final Map<String, List<Long>> nanos = new TreeMap<>();
        private long before = System.nanoTime();

        @Override
        public void executionStarted(TestIdentifier started) {
            if (isRound(started)) {
                before = System.nanoTime();
            }
        }

        @Override
        public void executionFinished(TestIdentifier finished, TestExecutionResult result) {
            if (finished.isContainer()) {
                long now = System.nanoTime();
                nanos.computeIfAbsent(finished.getDisplayName(), name -> new ArrayList<>())
                        .add(now - before);
                before = now;
            }
        }

        private static boolean isRound(TestIdentifier started) {
            return started.getUniqueIdObject().getLastSegment().getType().equals("class-template-invocation");
        }

        private List<String> lines(int rounds) {
            List<String> lines = new ArrayList<>(List.of(
                    rounds + " rounds, milliseconds for a class of one empty test",
                    String.format(Locale.ROOT, "%-34s %8s %8s %8s", "", "p50", "p95", "added")));
            lines.add(row("@Test", "Plain"));
            lines.add(row("@FaultlineTest", "Extended"));
            lines.add(row("@FaultlineTest, Faultline given", "Given"));
            long first =
                    Math.max(nanos.get("Extended").get(0), nanos.get("Given").get(0));
            lines.add(String.format(
                    Locale.ROOT, "and once in a JVM, to find the engine: %.0f milliseconds", first / 1e6));
            return lines;
        }

        private String row(String name, String type) {
            return String.format(
                    Locale.ROOT,
                    "%-34s %8.3f %8.3f %8.3f",
                    name,
                    Contender.millis(warm(type), 50),
                    Contender.millis(warm(type), 95),
                    Contender.millis(warm(type), 50) - Contender.millis(warm("Plain"), 50));
        }

        private List<Long> warm(String type) {
            List<Long> all = nanos.get(type);
            return all.subList(WARM_UP, all.size());
        }
    }
}
