package io.faultline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The field's own words, in code and docs alike: those that were replaced do not come back. Decisions keep their history. */
class WordsTest {

    private static final Path ROOT = Path.of("..");
    private static final List<String> PLACES = List.of(
            "agent", "core/src", "reference-clients", "scenarios", "examples", "docs", "README.md", "CONTRIBUTING.md");

    private static final Map<Pattern, String> INSTEAD = new LinkedHashMap<>();

    static {
        instead("Experiment, FaultWindow", "Trial", "Exposure");
        instead("Topology, TopologyReader, ResolvedTarget", "Terrain", "TerrainReader");
        instead("InjectionRegistry", "Ledger");
        instead("EffectExecutor, ActiveEffects, Batch, OpenOptions", "Carrier", "OpenEffects", "AllEffects", "Portion");
        instead("ScheduleRunner", "Timetable");
        instead("had no effect, NoEffectCheck", "Bite", "never bit");
        instead("invalidated, bypasses, limitations", "spoiled", "uncut", "untestable");
        instead("AgentAction, AgentEffect, SignalEffect", "Deed", "NamespaceEffect", "SentSignal");
        instead("PacketAction, PacketOrder, ShapeOrder", "Fate", "FateText", "RuleText", "SetText", "ShapeText");
        instead("ShutdownJudge, ShutdownWatch, ShutdownState", "Farewell", "Parting", "Departure", "Addressee");
        instead("RollbackContainer, DockerChange, OrphanHealer", "Keeper", "KeptChange", "Rescue");
        instead("KernelProbe, EnvironmentCheck", "KernelTrial", "Examination");
        instead("ScheduledFault, ClockOffset", "Timed", "WrongClock", "WrongClocks");
        instead("FaultSpec, FaultFactory, @DeclaresFault, DeclarationContext", "FaultText", "FaultKind", "FaultMaker");
        instead("FaultSpec, FaultFactory, @DeclaresFault, DeclarationContext", "InjectedBy", "DeclaringTest");
        instead("ScenarioRun, RoleBinding, ProgramSpec", "Player", "Scene", "Casting", "Recipe");
        instead("TimelineModel, ScenarioSection, PrintableText", "Story", "Chapter", "Legible");
        instead("ScenarioSelector, ShutdownGuard, UserSystem", "Publication", "Interrupt", "OwnSystem");
        instead("ClockContainer, LoggingContainer, StoppingContainer", "Timepiece", "Chatter", "Leaver", "Asker");
        instead("is frozen", "stands still", "held still");
        instead("defect", "weakness", "weaknesses");
        instead("handled", "heeded");
        instead("a client, a process, anyone", "whoever");
        instead("again", "anew");
        instead("by default, unless set", "unless told");
        instead("reports-failure, fails-within", "tells-within");
        instead("Invalid duration \"…\": …", "is no time");
    }

    private static void instead(String better, String... words) {
        for (String word : words) {
            INSTEAD.put(pattern(word), "\"" + word + "\" was replaced; say " + better);
        }
    }

    @Test
    void noWordThatWasReplacedComesBack() throws IOException {
        List<String> found = new ArrayList<>();
        for (String place : PLACES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(place))) {
                for (Path file : files.filter(WordsTest::isRead).toList()) {
                    look(file, found);
                }
            }
        }

        assertThat(found).isEmpty();
    }

    @Test
    void findsAWord() {
        assertThat(pattern("whoever").matcher("Whoever waits").find()).isTrue();
        assertThat(pattern("Fate").matcher("fate").find()).isFalse();
        assertThat(pattern("Timed").matcher("TimedOut").find()).isFalse();
    }

    private static boolean isRead(Path file) {
        String path = file.toString();
        return path.matches(".*\\.(java|go|py|yaml|md)")
                && !path.contains("/target/")
                && !path.contains("/decisions/")
                && !path.endsWith("WordsTest.java");
    }

    private static void look(Path file, List<String> found) throws IOException {
        String text = Files.readString(file);
        INSTEAD.forEach((word, what) -> {
            if (word.matcher(text).find()) {
                found.add(file.normalize() + ": " + what);
            }
        });
    }

    /** Names of types as they are, other words also at the beginning of a sentence. */
    private static Pattern pattern(String word) {
        boolean isName = Character.isUpperCase(word.charAt(0));
        return Pattern.compile("\\b" + word.replace(" ", "\\s+(\\* )?") + "\\b", isName ? 0 : Pattern.CASE_INSENSITIVE);
    }
}
