package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;

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
                    SampleReport.report().results().stream(), Stream.of(SampleReport.controlled()))
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

    @ParameterizedTest
    @ValueSource(ints = {390, 1280})
    void showsEveryLaneToScale(int width) {
        browser.look(width, 900, "light", "");
        List<TimelineModel> timelines = RESULTS.stream()
                .flatMap(result -> Stream.concat(
                        Stream.of(TimelineModel.of(result)),
                        result.control().map(journal -> TimelineModel.of(result, journal)).stream()))
                .filter(timeline -> !timeline.lanes().isEmpty())
                .toList();

        // Of each lane: where its bar is, in pixels; of each band: where it is in its bar, in percent.
        assertThat(browser.texts("""
                [...document.querySelectorAll('figure')].flatMap(figure => {
                  const bars = [...figure.querySelectorAll('.bar')].map(bar => bar.getBoundingClientRect());
                  return [...figure.querySelectorAll('.lane')].map((lane, i) => {
                    const bar = bars[i];
                    if (bar.height < 15 || bar.width < 200 || bar.left !== bars[0].left || bar.width !== bars[0].width
                        || i > 0 && bar.top < bars[i - 1].bottom) return 'lost its place';
                    return lane.classList[1] + [...lane.querySelectorAll('.bar li')].map(band => {
                      const box = band.getBoundingClientRect();
                      return ' ' + Math.round(20 * (box.left - bar.left) / bar.width);
                    }).join('');
                  });
                })"""))
                .containsExactlyElementsOf(timelines.stream()
                        .flatMap(timeline -> timeline.lanes().stream().map(lane -> places(timeline, lane)))
                        .toList());
    }

    private static String places(TimelineModel timeline, Lane lane) {
        StringBuilder places = new StringBuilder(lane.sort().name().toLowerCase(Locale.ROOT));
        lane.bands().stream()
                .filter(band -> band.to().compareTo(timeline.axis().from()) > 0)
                .forEach(band ->
                        places.append(' ').append(Math.round(timeline.axis().percent(band.from()) / 5)));
        return places.toString();
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
