package io.faultline.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.Fault;
import io.faultline.junit.FaultText.Attribute;
import io.faultline.topology.Target;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be declared on a test can be written in a file, and means the same there. */
class FaultTextTest {

    private static final Map<String, Target> ROLES =
            Map.of("client", new Target("1", "client"), "dependency", new Target("2", "dependency"));

    private final List<String> problems = new ArrayList<>();

    @Test
    void knowsEveryAnnotationThatDeclaresAFault() throws Exception {
        long annotations = Stream.of(Objects.requireNonNull(classes().toFile().list()))
                .filter(file -> file.matches("\\w+\\.class"))
                .filter(file -> isDeclaration(file.replace(".class", "")))
                .count();

        assertThat(FaultText.kinds()).hasSize((int) annotations).contains("partition", "clock-drift");
    }

    private static Path classes() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(FaultText.class.getResource("FaultText.class"))
                        .toURI())
                .resolveSibling("");
    }

    private static boolean isDeclaration(String name) {
        try {
            return Class.forName("io.faultline.junit." + name).isAnnotationPresent(DeclaresFault.class);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tellsWhatAKindCanBeTold() {
        assertThat(FaultText.attributesOf("partition"))
                .extracting(Attribute::name)
                .startsWith("target")
                .contains("container-leg-only", "ports", "way", "lasting");
        assertThat(FaultText.attributesOf("partition"))
                .filteredOn(each -> each.name().equals("way"))
                .singleElement()
                .satisfies(way -> assertThat(way.choices()).containsExactly("both", "incoming", "outgoing"));
        assertThat(FaultText.attributesOf("latency"))
                .filteredOn(Attribute::required)
                .extracting(Attribute::name)
                .containsExactly("target", "delay");
    }

    @Test
    void makesTheSameFaultAsTheAnnotation() {
        Fault cut = made(
                "partition",
                Map.of("target", List.of("client", "dependency"), "ports", "6379", "refusal", "reject", "after", "1s"));

        assertThat(cut.toString()).contains("client", "dependency", "6379");
        assertThat(cut.schedule())
                .isNotEqualTo(made("pause", Map.of("target", "client")).schedule());
        assertThat(made("packet-loss", Map.of("target", "client", "percent", 20L, "seed", 7L)))
                .hasToString("PacketLoss[\"client\", 20 %, seed 7]");
    }

    private Fault made(String kind, Map<String, Object> attributes) {
        Fault fault = new FaultText(kind, attributes)
                .make(ROLES, "role", problems::add)
                .orElseThrow();
        assertThat(problems).isEmpty();
        return fault;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pause       |                          | \"target\" is missing",
                "pause       | target=cleint            | there is no role \"cleint\" (there are: [",
                "packet-loss | target=client,every=two  | \"every\" is two, but must be a whole number",
                "partition   | target=client,way=in     | must be one of [both, incoming, outgoing]",
                "clock-skew  | target=client,ahead=soon | ahead = \"soon\" is no time",
                "packet-loss | target=client            | Name either percent or every"
            })
    void saysWhatIsWrong(String kind, String attributes, String problem) {
        Map<String, Object> given = Stream.of((attributes == null ? "" : attributes).split(","))
                .filter(each -> !each.isEmpty())
                .map(each -> each.split("="))
                .collect(Collectors.toMap(each -> each[0], each -> each[1]));

        assertThat(new FaultText(kind, given).make(ROLES, "role", problems::add))
                .isEmpty();
        assertThat(problems).singleElement().asString().contains(problem);
    }

    @Test
    void refusesAKindThatIsNot() {
        assertThatThrownBy(() -> new FaultText("partitoin", Map.of())).hasMessageContaining("partition, packet-loss");
    }
}
