package io.faultline.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
    private static final Pattern FAULT =
            Pattern.compile("(implements Fault|extends StreamFault|extends Shaping<\\w+>) \\{");
    private static final Pattern PAGE = Pattern.compile("\\]\\((faults/[^)]+)\\)");

    /** Faults that are made of others. */
    private static final Set<String> MADE_OF_OTHERS = Set.of("ScheduledFault", "Ramp", "CompositeFault", "Link");

    @Test
    void theTableInTheDocsIsWhatTheCodeSays() throws IOException {
        String page = Files.readString(DOCS.resolve("FAULTS.md"));
        String table =
                Arrays.stream(FaultKind.values()).map(FaultTableTest::row).collect(Collectors.joining("\n"));
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
                .hasSizeGreaterThanOrEqualTo(FaultKind.values().length)
                .allSatisfy(page -> assertThat(page).exists());
    }

    @Test
    void everyFaultHasItsRow() throws IOException {
        Set<String> labels = Arrays.stream(FaultKind.values())
                .map(kind -> kind.label().replaceAll("\\W.*", ""))
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(FAULTS)) {
            List<String> faults = files.filter(FaultTableTest::isFault)
                    .map(file -> file.getFileName().toString().replace(".java", ""))
                    .filter(name -> !MADE_OF_OTHERS.contains(name))
                    .toList();

            assertThat(faults).contains("Partition", "PacketLoss").allMatch(labels::contains);
        }
    }

    private static boolean isFault(Path file) {
        try {
            return FAULT.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String row(FaultKind kind) {
        return "| [" + kind.label() + "](faults/" + page(kind) + ".md) | "
                + String.join(" | ", kind.needs(), kind.evidence(), kind.heal(), kind.cost()) + " |";
    }

    private static String page(FaultKind kind) {
        return switch (kind) {
            case PARTITION, REJECTING_PARTITION -> "partition";
            case SLOW_STREAM,
                    STALLED_STREAM,
                    LIMITED_STREAM,
                    SLICED_STREAM,
                    SLOW_CLOSE_STREAM,
                    RESET_STREAM,
                    CLOSED_STREAM -> "stream";
            case MEMORY_PRESSURE, OUT_OF_MEMORY -> "memory-pressure";
            case LATENCY, DUPLICATE, REORDER, CORRUPT, BANDWIDTH -> "shaping";
            case CLOCK_SKEW, CLOCK_DRIFT -> "clock";
            default -> kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
        };
    }
}
