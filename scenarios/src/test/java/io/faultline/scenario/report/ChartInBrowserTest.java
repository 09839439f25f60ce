package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.faultline.scenario.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks at timelines as Chromium lays them out. */
class ChartInBrowserTest {

    @TempDir
    private static Path folder;

    private static Optional<Browser> running = Optional.empty();
    private static Path page;

    private static final List<Result> RESULTS = Stream.concat(
                    SampleReport.report().results().stream(), Stream.of(EdgeCases.controlled()))
            .toList();

    private Browser browser;

    @BeforeAll
    static void start() throws IOException {
        running = Optional.of(Browser.startOrSkip());
        page = Files.writeString(
                folder.resolve("index.html"), Page.of(SampleReport.report(RESULTS), Comparison.none()));
    }

    @AfterAll
    static void close() {
        running.ifPresent(Browser::close);
    }

    @BeforeEach
    void open() {
        browser = running.orElseThrow();
        browser.look(1280, 900, "light", "");
        browser.open(page);
    }

    @ParameterizedTest
    @CsvSource({"320,''", "390,''", "700,''", "900,''", "1280,''", "1900,''", "718,print"})
    void cutsNoLabelOffAndHidesNoneBehindAnother(int width, String media) throws IOException {
        browser.look(width, 900, "light", media);

        assertThat(browser.texts(Browser.script("labels.js"))).isEmpty();
    }

    @Test
    void showsTheLengthOfABandWhereThereIsRoomForIt() {
        String seen = """
                [...document.querySelectorAll('#scenario-1 .bar b')].filter(b => {
                  const band = b.closest('li').getBoundingClientRect();
                  return b.getBoundingClientRect().top < band.bottom - 2;
                }).map(b => b.textContent)""";

        assertThat(browser.texts(seen)).containsSubsequence("in force", "3.07 s", "ok", "3.68 s", "not ok", "1.04 s");
        browser.look(320, 900, "light", "");
        assertThat(browser.texts(seen)).contains("not ok").doesNotContain("1.04 s", "not yet in force");
    }

    private record Shown(Axis axis, Lane lane) {}

    @ParameterizedTest
    @ValueSource(ints = {390, 1280})
    void showsEveryLaneToScale(int width) {
        browser.look(width, 900, "light", "");
        List<Shown> expected = RESULTS.stream()
                .flatMap(result -> Stream.concat(
                        Stream.of(TimelineModel.of(result)),
                        result.control().map(journal -> TimelineModel.of(result, journal)).stream()))
                .flatMap(timeline -> timeline.lanes().stream().map(lane -> new Shown(timeline.axis(), lane)))
                .toList();

        JsonArray lanes = browser.evaluate("""
                [...document.querySelectorAll('figure')].flatMap(figure => {
                  const bars = [...figure.querySelectorAll('.bar')].map(bar => bar.getBoundingClientRect());
                  return [...figure.querySelectorAll('.lane')].map((lane, i) => ({
                    sort: lane.classList[1],
                    isInPlace: bars[i].height > 15 && bars[i].width > 200 && bars[i].left === bars[0].left
                      && bars[i].width === bars[0].width && (i === 0 || bars[i].top > bars[i - 1].bottom),
                    edges: [...lane.querySelectorAll('.bar li')].map(band => band.getBoundingClientRect())
                      .flatMap(box => [box.left, box.right]).map(x => 100 * (x - bars[i].left) / bars[i].width),
                  }));
                })""").getAsJsonArray();

        assertThat(lanes).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            JsonObject lane = lanes.get(i).getAsJsonObject();
            assertThat(lane.get("sort").getAsString())
                    .isEqualTo(expected.get(i).lane().sort().name().toLowerCase(Locale.ROOT));
            assertThat(lane.get("isInPlace").getAsBoolean()).as("%s", lane).isTrue();
            assertEdges(lane.getAsJsonArray("edges"), expected.get(i));
        }
    }

    /** In percent of the bar; a band that is shorter than can be seen is two pixels wide. */
    private static void assertEdges(JsonArray edges, Shown shown) {
        List<Double> expected = shown.lane().bands().stream()
                .filter(band -> band.to().compareTo(shown.axis().from()) > 0)
                .flatMap(band -> Stream.of(band.from(), band.to()))
                .map(shown.axis()::percent)
                .toList();
        assertThat(edges).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(edges.get(i).getAsDouble()).isCloseTo(expected.get(i), within(0.8));
        }
    }

    @Test
    void namesLanesBesideTheirBarsAndAboveWhereItIsNarrow() {
        String beside = """
                [...document.querySelectorAll('.lane')].map(lane => [lane.querySelector('.name'), lane.querySelector('.bar')]
                  .map(e => e.getBoundingClientRect())).map(([name, bar]) => name.right <= bar.left ? 'beside'
                    : name.bottom <= bar.top ? 'above' : 'in the way')""";

        assertThat(browser.texts(beside)).containsOnly("beside");
        browser.look(718, 900, "light", "print");
        assertThat(browser.texts(beside)).containsOnly("beside");
        browser.look(390, 900, "light", "");
        assertThat(browser.texts(beside)).containsOnly("above");
    }

    @Test
    void putsASignAndItsLabelAtItsMoment() {
        assertThat(browser.texts("""
                [...document.querySelectorAll('.marks li')].filter(mark => {
                  const bar = mark.closest('.lane').querySelector('.bar').getBoundingClientRect();
                  const at = bar.left + bar.width * parseFloat(mark.style.getPropertyValue('--x')) / 100;
                  const box = mark.getBoundingClientRect();
                  const sign = getComputedStyle(mark, '::before');
                  return Math.abs((mark.matches('.late') ? box.right : box.left) - at) > 1
                    || Math.abs(bar.left + parseFloat(sign.left) + 8 - at) > 1 || sign.content === 'none';
                }).map(mark => mark.textContent)""")).isEmpty();
    }

    @Test
    void putsTheControlBelowWithALaneForEachOfItsOwn() {
        assertThat(browser.number("document.querySelectorAll('#scenario-12 figure').length"))
                .isEqualTo(2);
        assertThat(browser.evaluate("""
                (([one, control]) => one.bottom <= control.top && one.left === control.left)(
                  [...document.querySelectorAll('#scenario-12 figure')].map(e => e.getBoundingClientRect()))""").getAsBoolean()).isTrue();
    }

    @Test
    void readsOutWhatItShows() {
        List<String> said = new ArrayList<>();
        for (JsonElement node : browser.ask("Accessibility.getFullAXTree").getAsJsonArray("nodes")) {
            JsonObject read = node.getAsJsonObject();
            if (read.has("name") && !read.get("ignored").getAsBoolean()) {
                said.add(read.getAsJsonObject("role").get("value").getAsString() + " "
                        + read.getAsJsonObject("name").get("value").getAsString());
            }
        }

        assertThat(said)
                .contains("figure Timeline of silent-partition, resilient jedis-worker: HELD")
                .containsSubsequence(
                        "StaticText fault Partition[\"redis\"]",
                        "StaticText not yet in force",
                        "StaticText in force",
                        "StaticText 3.07 s",
                        "StaticText from +0.000 s")
                .contains("StaticText +3.061 s noticed: the client notices: TIMEOUT")
                .doesNotContain("StaticText +1 s");
    }
}
