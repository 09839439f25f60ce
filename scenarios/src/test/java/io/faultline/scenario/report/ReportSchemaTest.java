package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.faultline.journal.Event.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportSchemaTest {

    @Test
    void describesWhatIsWritten(@TempDir Path folder) throws IOException {
        ReportFolder.open(folder).write(SampleReport.report(), Comparison.none());

        assertThat(ReportSchema.errors(Files.readString(folder.resolve("report.json"))))
                .isEmpty();
        assertThat(ReportSchema.errors(ReportJson.of(Results.report()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"schema", "began", "scenarios"})
    void missesWhatIsNotThere(String property) {
        JsonObject json =
                JsonParser.parseString(ReportJson.of(SampleReport.report())).getAsJsonObject();
        json.remove(property);

        assertThat(ReportSchema.errors(json.toString()))
                .singleElement()
                .asString()
                .contains(property);
    }

    @Test
    void refusesWhatIsNoOutcomeAndNoInstant() {
        String json = ReportJson.of(Results.report(Results.held()));

        assertThat(ReportSchema.errors(json.replace("\"HELD\"", "\"SO-SO\""))).isNotEmpty();
        assertThat(ReportSchema.errors(json.replace("2026-01-02T03:04:05Z", "yesterday")))
                .isNotEmpty();
    }

    @Test
    void namesEveryKindOfEvent() {
        assertThat(Arrays.stream(Kind.values()).map(kind -> '"' + kind.name() + '"'))
                .allSatisfy(kind -> assertThat(ReportSchema.text()).contains(kind));
    }
}
