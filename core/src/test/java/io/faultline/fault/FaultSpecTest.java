package io.faultline.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.process.Pause;
import io.faultline.topology.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A fault's record is all that files, annotations and docs know of it. */
class FaultSpecTest {

    private static final Path FAULTS = Path.of("src", "main", "java", "io", "faultline", "fault");
    private static final Map<String, Target> ROLES =
            Map.of("client", new Target("1", "client"), "dependency", new Target("2", "dependency"));

    private final List<String> problems = new ArrayList<>();

    @Test
    void everySpecIsListed() throws IOException {
        try (Stream<Path> files = Files.walk(FAULTS)) {
            List<String> withSpec = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> read(file).contains("static final FaultSpec SPEC"))
                    .map(file -> file.getFileName().toString().replace(".java", ""))
                    .toList();

            assertThat(FaultSpec.all().stream().map(FaultSpecTest::className))
                    .contains("Partition", "ClockDrift")
                    .containsAll(withSpec);
        }
    }

    private static String className(FaultSpec spec) {
        return Stream.of(spec.name().split("-"))
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everythingThatCanBeWrittenIsDescribed() {
        assertThat(FaultSpec.all()).allSatisfy(spec -> {
            assertThat(spec.about()).endsWith(".");
            assertThat(spec.components())
                    .extracting(FaultComponent::about)
                    .allSatisfy(about -> assertThat(about).endsWith("."));
        });
    }

    @Test
    void knowsWhatCanBeWritten() {
        FaultSpec partition = FaultSpec.named("partition").orElseThrow();
        assertThat(partition.components())
                .extracting(FaultComponent::name)
                .startsWith("target")
                .contains("container-leg-only", "ports", "direction")
                .endsWith("after", "lasting", "pulse");
        assertThat(partition.components())
                .filteredOn(each -> each.name().equals("direction"))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.choices()).containsExactly("both", "incoming", "outgoing");
                    assertThat(each.standard()).contains("both");
                });
        assertThat(FaultSpec.named("latency").orElseThrow().components())
                .filteredOn(FaultComponent::isRequired)
                .extracting(FaultComponent::name)
                .containsExactly("target", "delay");
        assertThat(FaultSpec.named("restart").orElseThrow().components())
                .extracting(FaultComponent::name)
                .doesNotContain("pulse");
        assertThat(FaultSpec.named("partitoin")).isEmpty();
    }

    @Test
    void makesTheFault() {
        Fault cut = made(
                "partition",
                Map.of("target", List.of("client", "dependency"), "ports", 6379L, "refusal", "reject", "after", "1s"));

        assertThat(cut.toString()).contains("client", "dependency", "6379", "rejecting");
        assertThat(cut.schedule())
                .isNotEqualTo(made("pause", Map.of("target", "client")).schedule());
        assertThat(made("packet-loss", Map.of("target", "client", "percent", 20L, "seed", 7L)))
                .hasToString("PacketLoss[\"client\", 20 %, seed 7]");
        assertThat(made("pause", Map.of("target", "client", "pulse", List.of("1s", "2s"), "lasting", "9s")))
                .hasToString("Pause[\"client\"] lasting 9 s, pulsing 1 s on, 2 s off");
    }

    private Fault made(String name, Map<String, Object> values) {
        Fault fault = make(name, values).orElseThrow();
        assertThat(problems).isEmpty();
        return fault;
    }

    private Optional<Fault> make(String name, Map<String, ?> values) {
        return FaultSpec.named(name).orElseThrow().make(values, FaultSpecTest::role, problems::add);
    }

    private static Target role(String name) {
        return Optional.ofNullable(ROLES.get(name))
                .orElseThrow(() -> new IllegalArgumentException("there is no role \"" + name + "\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pause       |                              | \"target\" is missing",
                "pause       | target=cleint                | there is no role \"cleint\"",
                "pause       | target=client,way=in         | there is no \"way\" (there are: [target, after, lasting, pulse])",
                "signal      | target=client,signal=HUP,lasting=1s | there is no \"lasting\"",
                "packet-loss | target=client,every=two      | \"every\" is two, but must be a whole number below 2^31",
                "disk-full   | target=client,path=/x,leaving=1.5 | \"leaving\" is 1.5, but must be a whole number.",
                "latency     | target=client,delay=200      | \"delay\" is 200, but must be a time, as \"200ms\"",
                "corrupt     | target=client,percent=some   | \"percent\" is some, but must be a number",
                "blocked-stdout | target=client,filled=yes  | \"filled\" is yes, but must be true or false",
                "partition   | target=client,direction=in   | must be one of [both, incoming, outgoing]",
                "pause       | target=client,after=x         | \"after\" is x, but must be a time",
                "pause       | target=client,pulse=1s       | pulse takes two times, on and off, but got 1",
                "packet-loss | target=client                | Name either percent or every"
            })
    void saysWhatIsWrong(String name, String values, String problem) {
        Map<String, String> given = Stream.of((values == null ? "" : values).split(","))
                .filter(each -> !each.isEmpty())
                .map(each -> each.split("="))
                .collect(Collectors.toMap(each -> each[0], each -> each[1]));

        assertThat(make(name, given)).isEmpty();
        assertThat(problems).singleElement().asString().contains(problem);
    }

    @Test
    void takesOneValueWhereThereCanBeOne() {
        assertThat(make("pause", Map.of("target", List.of("client", "dependency"))))
                .isEmpty();
        assertThat(problems).singleElement().asString().contains("must be one value, not a list");
    }

    /** A vocabulary that cannot be written. */
    record Unwritable(Target target, Object anything) implements FaultFactory {
        @Override
        public Fault make() {
            return Pause.of(target);
        }
    }

    /** One that is about nothing. */
    record Targetless(int number) implements FaultFactory {
        @Override
        public Fault make() {
            throw new IllegalArgumentException(Objects.toString(number));
        }
    }

    /** One with something in something. */
    record Nested(Target target, Optional<List<String>> names) implements FaultFactory {
        @Override
        public Fault make() {
            return Pause.of(target);
        }
    }

    /** One whose default is none. */
    record Mistaken(Target target, @Default("soon") int seconds) implements FaultFactory {
        @Override
        public Fault make() {
            return Pause.of(target);
        }
    }

    /** One with a word of the schedule. */
    record Scheduled(Target target, Duration lasting) implements FaultFactory {
        @Override
        public Fault make() {
            return Pause.of(target);
        }
    }

    /** One that says what a record in it says. */
    record Twofold(Target target, String ports, Narrowing packets) implements FaultFactory {
        @Override
        public Fault make() {
            return Pause.of(target);
        }
    }

    @Test
    void refusesAVocabularyThatCannotBeWritten() {
        assertThatThrownBy(() -> FaultSpec.of("x", Twofold.class, ""))
                .hasMessageContaining("two components of one name: [target, ports, towards, ports, protocol].");
        assertThatThrownBy(() -> FaultSpec.of("x", Scheduled.class, ""))
                .hasMessageContaining("has a component \"lasting\", which is of every fault's schedule.");
        assertThatThrownBy(() -> FaultSpec.of("x", Nested.class, ""))
                .hasMessageContaining("a component \"names\" of a type that cannot be written");
        assertThatThrownBy(() -> FaultSpec.of("x", Mistaken.class, ""))
                .hasMessageContaining("\"seconds\" whose default is \"soon\", but must be a whole number below 2^31.");
        assertThatThrownBy(() -> FaultSpec.of("x", Unwritable.class, ""))
                .hasMessageContaining("a component \"anything\" of a type that cannot be written");
        assertThatThrownBy(() -> FaultSpec.of("x", Targetless.class, ""))
                .hasMessageContaining("has no component \"target\"");
    }
}
