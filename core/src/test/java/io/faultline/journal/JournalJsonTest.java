package io.faultline.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.faultline.journal.Event.Kind;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalJsonTest {

    @Test
    void writesEachEventWithItsTimesAndFacts() {
        Journal journal = new Journal();
        Event event = journal.record(Kind.IN_FORCE, "Partition[\"redis\"] is <in force>", Map.of("fault", "Partition"));

        JsonObject read =
                JsonParser.parseString(JournalJson.of(journal).toString()).getAsJsonObject();
        JsonObject one = read.getAsJsonArray("events").get(0).getAsJsonObject();

        assertThat(Instant.parse(read.get("began").getAsString())).isEqualTo(journal.began());
        assertThat(one.keySet()).containsExactly("kind", "at_ns", "wall_clock", "text", "facts");
        assertThat(one.get("kind").getAsString()).isEqualTo("IN_FORCE");
        assertThat(one.get("at_ns").getAsLong()).isEqualTo(event.at().toNanos());
        assertThat(Instant.parse(one.get("wall_clock").getAsString())).isEqualTo(event.wallClock());
        assertThat(one.get("text").getAsString()).isEqualTo("Partition[\"redis\"] is <in force>");
        assertThat(one.getAsJsonObject("facts").get("fault").getAsString()).isEqualTo("Partition");
    }
}
