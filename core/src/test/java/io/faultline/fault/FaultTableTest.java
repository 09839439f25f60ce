package io.faultline.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
    private static final Pattern PAGE = Pattern.compile("\\]\\((faults/[^)]+)\\)");

    /** Faults that are made of others. */
    private static final Set<String> MADE_OF_OTHERS = Set.of("Timed", "Ramp");

    @Test
    void theTableInTheDocsIsWhatTheCodeSays() throws IOException {
        List<String> rows = Files.readAllLines(DOCS.resolve("FAULTS.md")).stream()
                .filter(line -> line.startsWith("| ["))
                .toList();

        assertThat(rows)
                .extracting(row -> PAGE.matcher(row).replaceAll("]"))
                .containsExactlyElementsOf(Arrays.stream(FaultKind.values())
                        .map(FaultTableTest::row)
                        .toList());
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
            return Files.readString(file).contains(" implements Fault {");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String row(FaultKind kind) {
        return "| [" + String.join(" | ", kind.label() + "]", kind.needs(), kind.evidence(), kind.heal(), kind.cost())
                + " |";
    }
}
