package io.faultline.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/FAULTS.md says of every fault what its code says, and no fault is without its row and its page. */
class FaultTableTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Path FAULTS = Path.of("src", "main", "java", "io", "faultline", "fault");
    private static final Pattern TABLE = Pattern.compile("(?m)^(\\|[-|]+\\|\n)(\\|.*\n)*");
    private static final Pattern FAULT = Pattern.compile(
            "(?m)^public (?!abstract).*(implements Fault\\b[\\w, ]*|extends StreamFault|extends (Shaping|NetworkFault)<\\w+>) \\{");
    private static final Pattern PAGE = Pattern.compile("\\]\\((faults/[^)]+)\\)");

    private static final Set<String> SHAPING = Set.of("latency", "duplicate", "reorder", "corrupt", "bandwidth");

    /** Faults that are made of others. */
    private static final Set<String> MADE_OF_OTHERS = Set.of("ScheduledFault", "Ramp", "CompositeFault", "Link");

    @Test
    void theTableInTheDocsIsWhatTheCodeSays() throws IOException {
        String page = Files.readString(DOCS.resolve("FAULTS.md"));
        String table = FaultSpec.all().stream()
                .flatMap(spec -> spec.variants().stream().map(variant -> row(spec, variant)))
                .collect(Collectors.joining("\n"));
        String written = TABLE.matcher(page).replaceFirst("$1" + Matcher.quoteReplacement(table) + "\n");
        if (Boolean.getBoolean("faultline.docs.write")) {
            Files.writeString(DOCS.resolve("FAULTS.md"), written);
        }

        assertThat(page)
                .as("docs/FAULTS.md; to write it again: dev/mvn -pl core test -Dtest=FaultTableTest "
                        + "-DargLine=-Dfaultline.docs.write=true")
                .isEqualTo(written);
    }

    @Test
    void everyRowLeadsToAPage() throws IOException {
        Matcher pages = PAGE.matcher(Files.readString(DOCS.resolve("FAULTS.md")));

        assertThat(pages.results().map(page -> DOCS.resolve(page.group(1))).toList())
                .hasSizeGreaterThanOrEqualTo(FaultSpec.all().size())
                .allSatisfy(page -> assertThat(page).exists());
    }

    @Test
    void everyFaultHasItsRow() throws IOException {
        Set<String> labels = FaultSpec.all().stream()
                .flatMap(spec -> spec.variants().stream())
                .map(variant -> variant.label().replaceAll("\\W.*", ""))
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(FAULTS)) {
            List<String> faults = files.filter(FaultTableTest::isFault)
                    .map(file -> file.getFileName().toString().replace(".java", ""))
                    .filter(name -> !MADE_OF_OTHERS.contains(name))
                    .toList();

            assertThat(faults).contains("Partition", "PacketLoss").allMatch(labels::contains);
        }
    }

    private static boolean isFault(Path file) {
        try {
            return file.toString().endsWith(".java")
                    && FAULT.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String row(FaultSpec spec, FaultSpec.Variant variant) {
        return "| [" + variant.label() + "](faults/" + page(spec.name()) + ".md) | "
                + String.join(" | ", variant.needs().describe(), variant.evidence(), variant.heal(), variant.cost())
                + " |";
    }

    private static String page(String name) {
        if (name.endsWith("-stream")) {
            return "stream";
        }
        if (name.startsWith("clock-")) {
            return "clock";
        }
        return SHAPING.contains(name) ? "shaping" : name;
    }
}
