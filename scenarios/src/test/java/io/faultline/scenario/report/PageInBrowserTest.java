package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks at the page with a reader's eyes: those of Chromium. */
class PageInBrowserTest {

    @TempDir
    private static Path folder;

    private static Optional<Browser> running = Optional.empty();
    private static Path page;

    private Browser browser;

    @BeforeAll
    static void start() throws IOException {
        Optional<Path> program = Browser.installed();
        boolean isStrict = Optional.ofNullable(System.getenv("CI"))
                .filter(ci -> !ci.isBlank() && !ci.equals("false"))
                .isPresent();
        assumeTrue(
                program.isPresent() || isStrict, "There is no Chromium here; 'dev/lab browser' installs it on Debian.");
        assertThat(program)
                .as("Chromium, which 'dev/lab browser' installs on Debian; CI is set, so no test is skipped")
                .isPresent();
        running = Optional.of(Browser.start(program.get()));
        Report report = SampleReport.report();
        page = Files.writeString(folder.resolve("index.html"), Page.of(report, SampleReport.comparison(report)));
    }

    @AfterAll
    static void close() {
        running.ifPresent(Browser::close);
    }

    @BeforeEach
    void open() {
        browser = running.orElseThrow();
        browser.look(1400, 900, "light", "");
        browser.open(page);
    }

    @Test
    void asksForNothingAndHasNothingToComplainAbout() {
        assertThat(browser.requested()).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void keepsHostileTextAsText() {
        assertThat(number("document.scripts.length")).isZero();
        assertThat(number("document.images.length")).isZero();
        assertThat(text("document.getElementById('scenario-8').querySelector('.verdict p').textContent"))
                .startsWith("</script><img src=x onerror=alert(1)> \"&amp;' | `x` ␛[31mred␛[0m ␇ �evil�");
    }

    @ParameterizedTest
    @CsvSource({"400,light", "400,dark", "1400,light", "1400,dark"})
    void needsNoScrollingToTheSide(int width, String scheme) {
        browser.look(width, 900, scheme, "");

        assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
        assertThat(texts("""
                [...document.querySelectorAll('article *, header *, table *')].filter(e => {
                  const box = e.getBoundingClientRect();
                  return box.width > 0 && !e.closest('.skip, thead') && (box.right > innerWidth + 1 || box.left < -1);
                }).map(e => e.outerHTML.slice(0, 100))""")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 1400})
    void hidesNoLabelBehindAnother(int width) {
        browser.look(width, 900, "light", "");

        assertThat(texts("""
                [...document.querySelectorAll('svg.chart')].filter(svg => svg.getBoundingClientRect().width > 0).flatMap(svg => {
                  const labels = [...svg.querySelectorAll('text')];
                  const frame = svg.getBoundingClientRect();
                  const boxes = labels.map(label => label.getBoundingClientRect());
                  const wrong = [];
                  for (let i = 0; i < boxes.length; i++) {
                    const one = boxes[i];
                    if (one.left < frame.left - 1 || one.right > frame.right + 1 || one.bottom > frame.bottom + 1) {
                      wrong.push('cut off: ' + labels[i].textContent);
                    }
                    for (let j = i + 1; j < boxes.length; j++) {
                      const other = boxes[j];
                      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
                      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
                      if (across > 1 && down > 2) {
                        wrong.push(labels[i].textContent + ' / ' + labels[j].textContent);
                      }
                    }
                  }
                  return wrong;
                })""")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void hasEnoughContrastForSmallText(String scheme) {
        browser.look(1400, 900, scheme, "");

        assertThat(texts("""
                (() => {
                  const rgb = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 || n[3] > 0 ? n : null; };
                  const part = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
                  const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
                  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
                  const behind = e => {
                    const fill = e.tagName === 'text' && e.parentElement.matches('.band')
                      ? e.parentElement.querySelector('.fill') : null;
                    if (fill && e.parentElement.matches('.in_force, .well, .unwell')) return rgb(getComputedStyle(fill).fill);
                    for (; e; e = e.parentElement) {
                      const colour = rgb(getComputedStyle(e).backgroundColor);
                      if (colour) return colour;
                    }
                    return [255, 255, 255];
                  };
                  const wrong = new Set();
                  for (const e of document.querySelectorAll('body *')) {
                    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.matches('title, desc')) continue;
                    if (!e.getBoundingClientRect().width) continue;
                    const style = getComputedStyle(e);
                    const found = ratio(rgb(e.tagName === 'text' ? style.fill : style.color), behind(e));
                    if (found < 4.5) wrong.add(e.tagName + '.' + (e.getAttribute('class') || '') + ' ' + found.toFixed(2));
                  }
                  return [...wrong];
                })()""")).isEmpty();
    }

    @Test
    void canBeReadWithTheKeyboardAlone() {
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            browser.press("Tab", 9);
            order.add(text("document.activeElement.tagName + ' ' + (document.activeElement.getAttribute('href') || "
                    + "document.activeElement.id || document.activeElement.textContent)"));
        }

        assertThat(order)
                .startsWith("A #scenarios", "INPUT hide-held", "A #scenario-1", "A #scenario-2")
                .contains("A #scenario-10", "SUMMARY How to read the pictures");
        assertThat(text("getComputedStyle(document.activeElement).outlineStyle"))
                .isEqualTo("solid");
    }

    @Test
    void hidesWhatHeldOnRequestWithoutAnyScript() {
        assertThat(number("[...document.querySelectorAll('article')].filter(a => a.offsetHeight > 0).length"))
                .isEqualTo(11);

        browser.evaluate("document.getElementById('hide-held').click()");

        assertThat(
                        texts(
                                "[...document.querySelectorAll('article')].filter(a => a.offsetHeight > 0).map(a => a.className)"))
                .containsOnly("broken", "inconclusive")
                .hasSize(7);
    }

    @Test
    void tellsThoseWhoCannotSeeWhatThePicturesTell() {
        assertThat(texts("[...document.querySelectorAll('svg')].filter(s => !s.getAttribute('aria-label') "
                        + "&& s.getAttribute('aria-hidden') !== 'true').map(s => s.outerHTML)"))
                .isEmpty();
        assertThat(texts("[...document.querySelectorAll('th')].filter(h => !h.scope).map(h => h.outerHTML)"))
                .isEmpty();
        assertThat(texts("""
                [...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)""")).isEmpty();
        assertThat(texts("[...document.querySelectorAll('article')].map(a => "
                        + "document.getElementById(a.getAttribute('aria-labelledby')).textContent)"))
                .contains("✓ HELD silent-partition resilient jedis-worker");
    }

    @Test
    void isPrintedOnWhiteWithItsPictures() {
        browser.look(1400, 900, "dark", "print");

        assertThat(text("getComputedStyle(document.body).backgroundColor")).isEqualTo("rgb(255, 255, 255)");
        assertThat(text("getComputedStyle(document.querySelector('.chart.wide')).display"))
                .isEqualTo("block");
        assertThat(text("getComputedStyle(document.querySelector('.filter')).display"))
                .isEqualTo("none");
        assertThat(new String(browser.print(), StandardCharsets.ISO_8859_1)).startsWith("%PDF");
    }

    @Test
    void opensTheWholeCatalogInAMoment() throws IOException {
        Path large = Files.writeString(folder.resolve("large.html"), Page.of(SampleReport.large(), Comparison.none()));

        browser.open(large);

        assertThat(Files.size(large)).isLessThan(6_000_000);
        assertThat(number("document.querySelectorAll('article').length")).isEqualTo(62);
        assertThat(number("performance.getEntriesByType('navigation')[0].loadEventEnd"))
                .isLessThan(20_000);
    }

    private int number(String script) {
        return browser.evaluate(script).getAsInt();
    }

    private String text(String script) {
        return browser.evaluate(script).getAsString();
    }

    private List<String> texts(String script) {
        return StreamSupport.stream(browser.evaluate(script).getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
    }
}
