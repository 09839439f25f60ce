package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;

class ReportJsonTest {

    @Test
    void carriesAllOfAResult() {
        JsonObject report = JsonParser.parseString(ReportJson.of(Results.report(Results.broken(), Results.held())))
                .getAsJsonObject();

        assertThat(report.get("schema").getAsInt()).isEqualTo(1);
        assertThat(report.get("faultline").getAsString()).isEqualTo("1.2.3");
        assertThat(report.get("run").getAsString()).isEqualTo("0123abcd");
        assertThat(report.get("engine").getAsString()).isEqualTo("Docker 1");
        assertThat(report.get("interrupted").getAsBoolean()).isFalse();
        JsonObject broken = report.getAsJsonArray("scenarios").get(0).getAsJsonObject();
        assertThat(broken.get("name").getAsString()).isEqualTo("silent-partition");
        assertThat(broken.get("variant").getAsString()).isEqualTo("naive");
        assertThat(broken.get("outcome").getAsString()).isEqualTo("BROKEN");
        assertThat(broken.get("reason").getAsString()).isEqualTo("it <broke> & \u0007 rang.");
        assertThat(broken.get("advice").getAsString()).isEqualTo("Mend it.");
        assertThat(broken.get("took_ns").getAsLong()).isEqualTo(4_200_000_000L);
        assertThat(broken.getAsJsonObject("journal").getAsJsonArray("events")).hasSize(2);
    }

    @Test
    void leavesOutWhatIsUnknown() {
        JsonObject report = JsonParser.parseString(ReportJson.of(Results.report(Results.held())))
                .getAsJsonObject();
        JsonObject held = report.getAsJsonArray("scenarios").get(0).getAsJsonObject();

        assertThat(held.get("time_to_detect_ns").getAsLong()).isEqualTo(3_050_000_000L);
        assertThat(held.has("time_to_recover_ns")).isFalse();
        assertThat(held.has("advice")).isFalse();
    }
}
